/** Medians and quantiles of a few figures. */

/**
 * @param {readonly number[]} values
 * @returns {number} NaN for an empty list
 */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * @param {readonly number[]} values
 * @param {number} share 0 is the lowest, 1 the highest
 * @returns {number}
 */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * @param {readonly number[]} values
 * @returns {number}
 */
export function mean(values) {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/**
 * The growth of the values with each step: the slope of the least-squares line.
 *
 * @param {readonly number[]} values
 * @returns {number}
 */
export function slope(values) {
  const middle = (values.length - 1) / 2;
  const average = mean(values);
  const steps = values.map((_, index) => index - middle);
  const rise = values.reduce((total, value, index) => total + (steps[index] ?? 0) * (value - average), 0);
  return rise / steps.reduce((total, step) => total + step * step, 0);
}
