import { websocketService } from 'everwire/core';

websocketService.store.subscribe((state) => console.log(state.status));
websocketService.errors$.subscribe(console.error);
websocketService.event$('posted').subscribe((event) => console.log(event.data));
websocketService.connect({ url: 'ws://localhost:8080' });
