import type { WebSocketService } from 'everwire/core';

export async function answer(service: WebSocketService, question: string, signal: AbortSignal) {
  const parts: unknown[] = [];
  for await (const part of service.stream('ask', { question }, { signal })) parts.push(part);
  return parts.join('');
}
