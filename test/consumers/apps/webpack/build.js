const webpack = require('webpack');

/** The second is what an app loads that shows two hooks. */
const entries = { main: './main.tsx', small: './small.ts' };

webpack(
  {
    mode: 'production',
    target: 'web',
    entry: entries,
    resolve: { extensions: ['.ts', '.tsx', '.js'] },
    module: { rules: [{ test: /\.tsx?$/, loader: 'ts-loader', exclude: /node_modules/ }] },
    externals: {
      react: 'commonjs react',
      'react/jsx-runtime': 'commonjs react/jsx-runtime',
      'react-dom': 'commonjs react-dom',
    },
    output: { path: `${__dirname}/out` },
    performance: { hints: false },
  },
  (error, stats) => {
    if (error) throw error;
    const { errors, warnings, assets } = stats.toJson();
    for (const { message } of [...errors, ...warnings]) console.error(message);
    const [small] = assets.filter(({ name }) => name === 'small.js');
    console.log(`small.js has ${small.size} bytes`);
    process.exitCode = errors.length + warnings.length === 0 && small.size < 55_000 ? 0 : 1;
  },
);
