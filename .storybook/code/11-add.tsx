// Ask, and get an answer, or an error that says why not: the promise always settles.

import { useWsRequest, WebSocketServiceError } from 'everwire';

export function useAdd() {
  const request = useWsRequest();
  return async (a: number, b: number, signal?: AbortSignal): Promise<string> => {
    try {
      const sum = await request('add', { a, b }, { timeout: 1_500, signal }); // ms; default 10000
      return `${a} + ${b} = ${sum}`;
    } catch (error) {
      if (error instanceof WebSocketServiceError) return whyNot(error);
      throw error;
    }
  };
}

function whyNot({ code, message }: WebSocketServiceError): string {
  switch (code) {
    case 'request-failed': // the server said no; its own error is in `details.server`
    case 'request-timeout': // no answer in time: it may have been done all the same
    case 'connection-lost': // the link broke meanwhile: as with a timeout, it is unknown
    case 'not-connected': // nothing was sent
    case 'request-aborted': // by the signal: what was sent is not taken back
      return `${code}: ${message}`;
    default:
      return message;
  }
}
