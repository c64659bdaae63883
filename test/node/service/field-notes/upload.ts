import type { WebSocketService } from 'everwire/core';

export async function upload(service: WebSocketService, pieces: readonly string[]) {
  for (const piece of pieces) {
    if (service.send('piece', piece) === 'refused') throw new Error('The upload has stopped.');
    await service.drained();
  }
}
