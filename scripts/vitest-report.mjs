// Reads what vitest reports in JSON: how many tests passed and failed, and the name and the error of each that failed.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './run.mjs';

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} failures one line each: the name, and the first line of its error
 */

/**
 * @typedef {object} Report the part of vitest's report that is read here
 * @property {number} numPassedTests
 * @property {readonly ReportedFile[]} testResults
 */

/**
 * @typedef {object} ReportedFile
 * @property {string} name its path
 * @property {string} status
 * @property {string} [message] why it could not be loaded
 * @property {readonly { fullName: string, status: string, failureMessages?: readonly string[] | null }[]} assertionResults
 */

/** No line is longer, so that the list of failures stays readable. */
const MAX_LENGTH = 300;

/**
 * @param {string} file the report; it is not there if vitest crashed
 * @param {number} code vitest's exit code
 * @returns {Outcome}
 */
export function readVitestReport(file, code) {
  /** @type {Report} */
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, failures: [`vitest ended with exit code ${code} and wrote no report`] };
  }
  return outcomeOf(report, code);
}

/**
 * @param {Report} report
 * @param {number} code vitest's exit code
 * @returns {Outcome}
 */
export function outcomeOf({ numPassedTests: passed, testResults }, code) {
  const failures = testResults.flatMap(failuresOf);
  // Unhandled errors, a browser that did not start, no tests at all: no test failed, and vitest did.
  if (code !== 0 && failures.length === 0)
    failures.push(`vitest ended with exit code ${code}, and no test failed: its output has the error`);
  return { passed, failed: failures.length, failures };
}

/**
 * @param {ReportedFile} file
 * @returns {string[]}
 */
function failuresOf({ name, status, message, assertionResults }) {
  const path = relative(root, name).replaceAll('\\', '/');
  const failed = assertionResults.filter((test) => test.status === 'failed');
  // A file that could not be loaded has no tests to count, and still failed.
  if (status === 'failed' && failed.length === 0) return [line(path, message)];
  return failed.map((test) => line(`${path} > ${test.fullName}`, test.failureMessages?.[0]));
}

/**
 * @param {string} name
 * @param {string} [error]
 */
function line(name, error) {
  return `${name}: ${firstLine(error)}`.slice(0, MAX_LENGTH);
}

/**
 * @param {string} [text] of many lines, and in colours
 * @returns {string} the first line that has words
 */
export function firstLine(text = '') {
  return short(rowsOf(text).find((row) => /\w/.test(row)) ?? 'no message');
}

/**
 * @param {string} output of a program that failed
 * @returns {string} the first line that reads like a failure, or else the first one
 */
export function tellingLine(output) {
  const telling = rowsOf(output).find((row) =>
    /\b(error (TS|in)|Error:|FAILED|SURVIVED|should)|[✖×✗]/.test(row),
  );
  return telling === undefined ? firstLine(output) : short(telling);
}

/** @param {string} text */
function rowsOf(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colours begin with one.
  return text.replaceAll(/\u001B\[[0-9;]*m/g, '').split('\n');
}

/** @param {string} row */
function short(row) {
  return row.trim().slice(0, MAX_LENGTH);
}
