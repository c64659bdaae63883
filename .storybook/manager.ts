import { addons } from 'storybook/manager-api';
import { create } from 'storybook/theming/create';

addons.setConfig({
  // The story is the page; the panel of add-ons is one key away (A).
  showPanel: false,
  theme: create({
    base: 'light',
    brandTitle: 'Everwire',
    brandTarget: '_self',
    colorPrimary: '#0b66c3',
    colorSecondary: '#0b66c3',
    appBg: '#f6f8fa',
    appContentBg: '#ffffff',
    appBorderColor: '#d5dce3',
    appBorderRadius: 6,
    textColor: '#1b2733',
    barTextColor: '#4b5b6b',
    barSelectedColor: '#0b66c3',
  }),
});
