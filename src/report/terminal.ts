/** What a terminal that shows US-ASCII only gets for the signs we draw with. */
const signs: Readonly<Record<string, string>> = {
  '✔': '+',
  '✖': 'x',
  '→': '->',
  '←': '<-',
  '·': '-',
  '…': '...',
  '≈': '~',
  '“': '"',
  '”': '"',
}

/** Whether the locale of an environment is one of UTF-8. Where it says nothing, it is: terminals of today are. */
export function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8'
  return /utf-?8/i.test(locale)
}

/**
 * Text as it may go to a terminal: logs and brokers' answers quote strangers, whose control sequences would move the
 * cursor or rename the window. Colours stay.
 */
export function forTerminal(text: string, utf8: boolean): string {
  const tame = text.replace(unruly, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return utf8 ? tame : tame.replace(drawn, (char) => signs[char] ?? char)
}

const unruly = /\x1b(?!\[[\d;]*m)|[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]|\r(?!\n)/g
const drawn = new RegExp(`[${Object.keys(signs).join('')}]`, 'gu')
