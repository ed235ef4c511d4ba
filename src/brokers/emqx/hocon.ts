import type { Span } from '../../config/span.js'
import { textSpans } from '../../config/text-spans.js'

/** A value of a HOCON file, resolved: later words win, objects grow together. */
export type HoconValue = (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly HoconValue[] }
  | { readonly kind: 'object'; readonly members: Map<string, HoconMember> }
  /** `${other.key}`, alone or among text, as it is written. */
  | { readonly kind: 'reference'; readonly text: string }
) & { readonly span: Span }

export interface HoconMember {
  readonly value: HoconValue
  /** The last word of the key where it was last said. */
  readonly key: Span
}

export interface HoconParsed {
  readonly root: Map<string, HoconMember>
  /** Those that were not followed. */
  readonly includes: readonly { readonly path: string; readonly span: Span }[]
  /** What stopped the reading; all before it is there. */
  readonly broken: { readonly message: string; readonly span: Span } | undefined
}

const deepest = 64
const blanks = /[ \t\r\f\v]+/y
const space = /(?:[\s,]+|#[^\n]*|\/\/[^\n]*)+/y
const keyPart = /"((?:[^"\\\n]|\\.)*)"|([^\s.=:{}[\],"#+$]+)/y
const piece = /"""([\s\S]*?)"""|"((?:[^"\\\n]|\\.)*)"|(\$\{\??[^}\n]*\})|((?:(?!\/\/)[^\s{}[\],#"$])+)/y

class Broken extends Error {}

/** What an `include` names, already parsed; `undefined`: it is noted, and not followed. */
type Included = (path: string) => readonly HoconParsed[] | undefined

/** The part of HOCON that EMQX's files use; never throws. What a file includes counts at the place of the `include`. */
export function parseHocon(text: string, file: string, included: Included = () => undefined): HoconParsed {
  const span = textSpans(text, file)
  let at = text.startsWith('\ufeff') ? 1 : 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) return undefined
    at = pattern.lastIndex
    return found
  }
  const fail = (message: string): never => {
    throw new Broken(message)
  }
  const includes: { path: string; span: Span }[] = []

  const body = (members: Map<string, HoconMember>, close: '}' | '', depth: number): void => {
    if (depth > deepest) fail('nested too deeply')
    for (;;) {
      take(space)
      if (at >= text.length) {
        if (close !== '') fail('a "{" is never closed')
        return
      }
      if (close !== '' && text[at] === close) {
        at++
        return
      }
      const include = take(/include[ \t]+(?:required\()?(?:file\()?"([^"\n]*)"\)*/y)
      if (include !== undefined) {
        const path = include[1] ?? ''
        const inner = included(path)
        if (inner === undefined) includes.push({ path, span: span(at - include[0].length, at) })
        for (const one of inner ?? []) {
          for (const [name, given] of one.root) {
            members.set(name, { key: given.key, value: joined(members.get(name)?.value, given.value, false) })
          }
        }
        continue
      }
      member(members, depth)
    }
  }

  const member = (members: Map<string, HoconMember>, depth: number): void => {
    const path: { name: string; span: Span }[] = []
    for (;;) {
      const from = at
      const part = take(keyPart)
      if (part === undefined) throw new Broken('a key was expected here')
      path.push({ name: part[1] ?? part[2] ?? '', span: span(from, at) })
      if (text[at] !== '.') break
      at++
    }
    take(blanks)
    const sign = take(/\+=|[=:]/y)?.[0]
    if (sign === undefined && text[at] !== '{') fail('"=" was expected behind the key')
    if (sign !== undefined) take(/(?:\s|#[^\n]*|\/\/[^\n]*)+/y)
    const made = value(depth)
    let into = members
    for (const [index, { name, span: key }] of path.entries()) {
      const known = into.get(name)
      if (index === path.length - 1) {
        into.set(name, { key, value: joined(known?.value, made, sign === '+=') })
      } else if (known?.value.kind === 'object') into = known.value.members
      else {
        const inner = new Map<string, HoconMember>()
        into.set(name, { key, value: { kind: 'object', members: inner, span: key } })
        into = inner
      }
    }
  }

  const value = (depth: number): HoconValue => {
    const from = at
    let made: HoconValue | undefined
    let words = ''
    let reference = false
    for (;;) {
      const gap = take(blanks)?.[0] ?? ''
      if (text[at] === '{') {
        const start = at++
        const members = new Map<string, HoconMember>()
        body(members, '}', depth + 1)
        made = joined(made, { kind: 'object', members, span: span(start, at) }, false)
        continue
      }
      if (text[at] === '[') {
        made = list(depth)
        continue
      }
      const found = take(piece)
      if (found === undefined) break
      reference ||= found[3] !== undefined
      words += `${words === '' ? '' : gap}${found[1] ?? found[2]?.replace(/\\(.)/g, '$1') ?? found[0]}`
      made = { kind: reference ? 'reference' : 'text', text: words, span: span(from, at) }
    }
    return made ?? fail('a value was expected here')
  }

  const list = (depth: number): HoconValue => {
    if (depth > deepest) fail('nested too deeply')
    const from = at++
    const items: HoconValue[] = []
    for (;;) {
      take(space)
      if (at >= text.length) fail('a "[" is never closed')
      if (text[at] === ']') break
      items.push(value(depth + 1))
    }
    at++
    return { kind: 'list', items, span: span(from, at) }
  }

  const root = new Map<string, HoconMember>()
  try {
    take(space)
    if (text[at] === '{') {
      at++
      body(root, '}', 1)
    }
    body(root, '', 0)
    return { root, includes, broken: undefined }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { root, includes, broken: { message: error.message, span: span(at, Math.min(at + 1, text.length)) } }
  }
}

/** Objects grow together, `+=` lengthens a list, everything else replaces. */
function joined(known: HoconValue | undefined, made: HoconValue, append: boolean): HoconValue {
  if (append && known?.kind === 'list') return { ...known, items: [...known.items, made] }
  if (append) return { kind: 'list', items: [made], span: made.span }
  if (known?.kind !== 'object' || made.kind !== 'object') return made
  const members = new Map(known.members)
  for (const [name, one] of made.members) {
    members.set(name, { key: one.key, value: joined(members.get(name)?.value, one.value, false) })
  }
  return { kind: 'object', members, span: made.span }
}

/** The value at a dotted path. */
export function lookUp(root: ReadonlyMap<string, HoconMember>, path: readonly string[]): HoconMember | undefined {
  const [first, ...rest] = path
  const found = first === undefined ? undefined : root.get(first)
  if (found === undefined || rest.length === 0) return found
  return found.value.kind === 'object' ? lookUp(found.value.members, rest) : undefined
}
