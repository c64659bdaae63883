// The app's own API in the recipe for reducers: all prices there are.

export interface Price {
  readonly symbol: string;
  readonly price: number;
}

export type Prices = Readonly<Record<string, number>>;

export async function fetchPrices(signal: AbortSignal): Promise<Prices> {
  const response = await fetch('/api/prices', { signal });
  return response.json();
}
