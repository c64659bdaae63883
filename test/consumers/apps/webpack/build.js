const webpack = require('webpack');

/** `small` is what an app loads that shows two hooks, `all` the whole package. */
const entries = { main: './main.tsx', small: './small.ts', all: './all.ts' };

/** A bundler that can't leave out what is not imported would make both alike. */
const smallShare = 0.7;

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
    const sizeOf = (file) => assets.find(({ name }) => name === file).size;
    const share = sizeOf('small.js') / sizeOf('all.js');
    console.log(`small.js has ${sizeOf('small.js')} bytes, all.js ${sizeOf('all.js')}`);
    process.exitCode = errors.length + warnings.length === 0 && share < smallShare ? 0 : 1;
  },
);
