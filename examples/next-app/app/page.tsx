// The page: a server component. It computes the delays with the same function that the client uses.
import { type BackoffContext, vendorBackoff } from 'everwire/core';
import { Board } from './board';

const waits: Omit<BackoffContext, 'failures'> = {
  previousDelayMs: null,
  reconnectDelay: 3000,
  reconnectDelayMax: 300_000,
  reconnectJitter: 0,
  backoffAfter: 7,
  random: () => 0,
};

export default function Page() {
  const [first, eighth] = [1, 8].map((failures) => vendorBackoff({ ...waits, failures }) / 1000);
  return (
    <main>
      <Board />
      <footer>
        A lost connection is tried again after {first} s, and from the eighth time on after {eighth} s and
        more.
      </footer>
    </main>
  );
}
