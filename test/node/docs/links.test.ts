/** The links in the pages lead somewhere, and the pages that must stay short are short. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  '.changeset/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

it.each(pages)('%s has links to existing files and headings', (page) => {
  const links = [...proseOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => target);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

describe('the pages that must stay short', () => {
  it.each([
    ['README.md', 235],
    ['CONTRIBUTING.md', 40],
  ] as const)('%s has at most %i lines', (page, maxLines) => {
    expect(linesOf(page).length).toBeLessThanOrEqual(maxLines);
  });

  it('docs/decisions.md gives each decision a context, a decision and consequences, in at most ten lines', () => {
    const sections = readFileSync('docs/decisions.md', 'utf8').split(/^## /m).slice(1);
    const decisions = sections.filter((section) => !section.startsWith('Dependencies\n'));
    expect(decisions.length).toBeGreaterThan(11);
    expect(decisions.length).toBeLessThan(31);
    for (const decision of decisions) {
      const [title = '', ...lines] = decision.trim().split('\n');
      const parts = [...decision.matchAll(/^\*\*(.+?)\.\*\*/gm)].map(([, part]) => part);
      expect(parts, title).toEqual(['Context', 'Decision', 'Consequences']);
      expect(lines.length, title).toBeLessThan(10);
    }
  });
});

function linesOf(page: string): readonly string[] {
  return readFileSync(page, 'utf8').trimEnd().split('\n');
}

/** A page without its code blocks. */
function proseOf(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): readonly string[] {
  const headings = proseOf(page).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
