/**
 * Text of a stranger, made harmless before it is used in a sentence: control characters (C0, C1, line feeds too), line and
 * paragraph separators, bidirectional and invisible controls become `\n`, `\x1b`, `\u202e`. What is left stays as it is.
 */
export function printable(text: string): string {
  return text.replace(unruly, escaped)
}

/** As `printable`, for a line that is quoted as written: a tab stays white space of one column. */
export function printableLine(line: string): string {
  return printable(line.replaceAll('\t', ' '))
}

/** As a string of JSON or JavaScript, in double quotes. */
export function quoted(text: string): string {
  return printable(JSON.stringify(text))
}

const unruly =
  /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(char: string): string {
  const code = char.charCodeAt(0)
  return (
    named[char] ??
    (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
  )
}
