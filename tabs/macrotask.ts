/** Runs tasks in a macrotask of their own. Not a timer: those of a hidden page wait for up to a second. */
export function createMacrotask(task: () => void): { run(): void; end(): void } {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = task;
  return {
    run: () => port2.postMessage(null),
    end() {
      port1.onmessage = null;
      port1.close();
      port2.close();
    },
  };
}
