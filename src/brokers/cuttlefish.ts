import type { EntryShape } from '../config/entry-parse.js'

/**
 * One line of a cuttlefish file (VerneMQ, RabbitMQ): `key = value`, `#` begins a comment anywhere unless escaped or
 * inside single quotes, and blanks around the parts are dropped.
 */
export function cuttlefishShape(line: string): EntryShape | undefined {
  const start = line.length - line.trimStart().length
  if (line[start] === '#') return undefined
  const hash = commentAt(line)
  const content = hash < 0 ? line : line.slice(0, hash)
  const comment = hash < 0 ? undefined : line.slice(hash + 1).replace(/^ /, '')
  const equals = content.indexOf('=')
  const key = content.slice(start, equals < 0 ? undefined : equals).trim()
  const noted = comment === undefined ? {} : { comment }
  if (equals < 0 || key === '' || /\s/.test(key)) {
    const message = `"${content.trim()}" is no setting`
    return {
      key: key.split(/\s/)[0] ?? key,
      keyAt: start,
      ...noted,
      problem: { code: 'no-setting', message, at: start, expected: 'key = value' },
    }
  }
  const value = content.slice(equals + 1).trim()
  if (value === '') {
    const message = `${key} has no value`
    return {
      key,
      keyAt: start,
      ...noted,
      problem: { code: 'no-value', message, at: start, expected: `${key} = value` },
    }
  }
  return { key, keyAt: start, value, valueAt: content.indexOf(value, equals + 1), ...noted }
}

function commentAt(line: string): number {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "'") quoted = !quoted
    if (line[at] === '#' && line[at - 1] !== '\\' && !quoted) return at
  }
  // A quote that never closes is a plain character.
  return quoted ? line.search(/(?<!\\)#/) : -1
}
