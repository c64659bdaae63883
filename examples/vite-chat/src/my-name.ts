// The user's name: from the address (?name=Ann), else a random one that lasts as long as the tab.

const adjectives = ['Quiet', 'Brave', 'Swift', 'Gentle', 'Clever', 'Bright', 'Merry', 'Calm'];
const animals = ['Heron', 'Otter', 'Fox', 'Lynx', 'Wren', 'Badger', 'Hare', 'Seal'];

export const myName: string =
  new URLSearchParams(location.search).get('name') ?? sessionStorage.getItem('name') ?? newName();

function newName(): string {
  const name = `${oneOf(adjectives)} ${oneOf(animals)}`;
  sessionStorage.setItem('name', name);
  return name;
}

function oneOf(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? '';
}
