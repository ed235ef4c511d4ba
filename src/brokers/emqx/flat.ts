import type { Span } from '../../config/span.js'
import type { HoconMember, HoconValue } from './hocon.js'

/** A setting by its whole path, and the line that says it. */
export interface FlatSetting {
  readonly path: string
  /** As it is written behind `=`. */
  readonly value: string
  readonly span: Span
}

/** A tree as lines of `path = value`, which mean the same. */
export function flatten(members: ReadonlyMap<string, HoconMember>, above = ''): FlatSetting[] {
  return [...members].flatMap(([name, { key, value }]): FlatSetting[] => {
    const path = `${above}${keyText(name)}`
    if (value.kind === 'object' && value.members.size > 0) return flatten(value.members, `${path}.`)
    return [{ path, value: valueText(value), span: key }]
  })
}

function valueText(value: HoconValue): string {
  switch (value.kind) {
    case 'text':
      return textValue(value.text)
    case 'reference':
      return value.text
    case 'list':
      return `[${value.items.map(valueText).join(', ')}]`
    case 'object':
      return `{${[...value.members].map(([name, one]) => `${keyText(name)} = ${valueText(one.value)}`).join(', ')}}`
  }
}

/** Numbers, words and durations stay as they are, so that they keep their type. */
export function textValue(text: string): string {
  return /^[\w.%+-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

function keyText(name: string): string {
  return /^[\w-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}
