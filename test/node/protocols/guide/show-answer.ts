import type { WebSocketService } from 'everwire';

/** Shows an answer while it is being written. Resolves with the whole of it. */
export async function showAnswer(
  service: WebSocketService,
  question: string,
  show: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  let text = '';
  for await (const part of service.stream('ask', { question }, { signal })) {
    text += String(part);
    show(text);
  }
  return text;
}
