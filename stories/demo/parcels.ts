/** Payloads of a parcel event: valid ones, and invalid ones. */

export interface ParcelPayload {
  readonly label: string;
  readonly data: unknown;
  readonly verdict: 'valid' | 'invalid';
}

export const parcelPayloads: readonly ParcelPayload[] = [
  {
    label: 'A good one',
    data: { order: 'A-1001', at: '2026-03-14T09:26:53Z', parcels: 2 },
    verdict: 'valid',
  },
  { label: 'No order', data: { at: '2026-03-14T09:26:53Z', parcels: 1 }, verdict: 'invalid' },
  {
    label: 'Parcels as text',
    data: { order: 'A-1002', at: '2026-03-14T09:26:53Z', parcels: 'two' },
    verdict: 'invalid',
  },
  { label: 'No such day', data: { order: 'A-1003', at: 'the day after', parcels: 1 }, verdict: 'invalid' },
  { label: 'Not an object', data: 'A-1004', verdict: 'invalid' },
];
