import type { Style } from '../../src/report/style.js'

/** Says in the text which word has which look, so that a test can read it. */
export const marked: Style = {
  bold: (text) => `<bold ${text}>`,
  dim: (text) => `<dim ${text}>`,
  good: (text) => `<good ${text}>`,
  bad: (text) => `<bad ${text}>`,
  warn: (text) => `<warn ${text}>`,
  name: (text) => `<name ${text}>`,
}
