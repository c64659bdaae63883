// Which folder may import which: index -> hooks -> providers -> service -> store -> {connection, stream, transport}
// -> protocols. Run by scripts/check-imports.mjs, in `npm test`.

/** The layers, highest first. A file may import its own layer and the lower ones. */
const layers = [
  { name: 'devtools', path: '^devtools/' },
  { name: 'tanstack-query', path: '^tanstack-query/' },
  { name: 'index', path: '^index\\.ts$' },
  { name: 'hooks', path: '^hooks/' },
  { name: 'providers', path: '^providers/' },
  { name: 'core', path: '^src/index\\.ts$' },
  { name: 'service', path: '^src/service/' },
  { name: 'store', path: '^src/store/' },
  { name: 'machinery', path: '^src/(connection|stream|transport)/' },
  { name: 'protocols', path: '^src/protocols/' },
];

/** React, and every way to reach it through a dependency: zustand's main entry is a hook. */
const react =
  '(^|/)node_modules/(react|react-dom|use-sync-external-store|observable-hooks|@types/react|@types/react-dom)/|(^|/)node_modules/zustand/(?!(esm/)?vanilla)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    // A lower layer that imports a higher one: one rule for each layer.
    ...layers.slice(1).map((layer, index) => ({
      name: `no-import-above-${layer.name}`,
      comment: `Imports go one way, and ${layer.name} lies below what it imports here.`,
      severity: /** @type {const} */ ('error'),
      from: { path: layer.path },
      to: {
        path: layers.slice(0, index + 1).map((higher) => higher.path),
      },
    })),
    {
      name: 'machinery-stays-apart',
      comment: 'connection, stream and transport do not know each other: the service composes them.',
      severity: 'error',
      from: { path: '^src/(connection|stream|transport)/' },
      to: { path: '^src/(connection|stream|transport)/', pathNot: '^src/$1/' },
    },
    {
      name: 'shared-words-are-the-bottom',
      comment:
        'The files directly in src (types, errors, ...) are imported from everywhere, so they import no layer, save for its types.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/index\\.ts$' },
      to: {
        path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)',
        pathNot: '^src/[^/]+\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'shared-words-do-not-open-the-door',
      comment: 'Inside the package, import the file that you mean: src/index.ts is for users.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'no-react-below-providers',
      comment: 'src is everwire/core, which runs without React: of zustand it takes only zustand/vanilla.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: react },
    },
    {
      name: 'protocols-know-only-shared-types',
      comment: 'A protocol is a wire format: it imports nothing of ours but types from src/types*.ts.',
      severity: 'error',
      from: { path: '^src/protocols/' },
      to: {
        path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)',
        pathNot: '^src/(protocols/|types[^/]*\\.ts$)',
      },
    },
    {
      name: 'types-are-types',
      comment: 'src/types*.ts is imported with `import type`, wherever in src.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/types[^/]*\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-parts-stay-pure',
      comment:
        'The lifecycle and the wire formats are plain functions: no rxjs, no zustand, no dependency, save for types.',
      severity: 'error',
      from: { path: '^src/(connection|protocols)/' },
      to: { path: 'node_modules/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'testing-stands-alone',
      comment: 'The fake server is no part of what it tests: it imports nothing else of ours.',
      severity: 'error',
      from: { path: '^src/testing/' },
      to: { path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)', pathNot: '^src/testing/' },
    },
    {
      name: 'nobody-imports-testing',
      comment: 'The fake server is an entry of its own and must not reach the bundle of an app.',
      severity: 'error',
      from: { path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)', pathNot: '^src/testing/' },
      to: { path: '^src/testing/' },
    },
    {
      name: 'server-stands-apart',
      comment: 'everwire/server runs without React and the client: of src it imports shared types alone.',
      severity: 'error',
      from: { path: '^server/' },
      to: {
        path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nobody-imports-the-server',
      comment: 'The server is an entry of its own and must not reach the bundle of an app.',
      severity: 'error',
      from: { path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)' },
      to: { path: '^server/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Of two files that need each other, one cannot be read first. Types alone may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-declared-packages',
      comment: 'The package imports what its dependencies and peers name; a browser has no node builtins.',
      severity: 'error',
      from: { path: '^(index\\.ts$|hooks/|providers/|devtools/|tanstack-query/|src/)' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'],
        dependencyTypesNot: ['npm-peer', 'type-only'],
      },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere would hide what stands behind it from the other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Also what the compiler erases: an `import type` is still knowledge of another folder.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};
