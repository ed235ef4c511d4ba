import { type HoconMember, type HoconValue, lookUp } from './hocon.js'

type Members = ReadonlyMap<string, HoconMember>

/** References lead to references; more than this is a circle. */
const longest = 16

/**
 * Puts what `${other.key}` names in its place, from the file itself, else from the environment. What cannot be found
 * stays a reference: nothing is known of it. An optional one (`${?other.key}`) that is not there is nothing at all.
 */
export function withReferences(root: Members, env: (name: string) => string | undefined): Map<string, HoconMember> {
  return membersOf(root, root, env, 0)
}

function membersOf(
  members: Members,
  root: Members,
  env: (name: string) => string | undefined,
  depth: number,
): Map<string, HoconMember> {
  const found = new Map<string, HoconMember>()
  for (const [name, member] of members) {
    const value = resolved(member.value, root, env, depth)
    if (value !== undefined) found.set(name, { ...member, value })
  }
  return found
}

function resolved(
  value: HoconValue,
  root: Members,
  env: (name: string) => string | undefined,
  depth: number,
): HoconValue | undefined {
  switch (value.kind) {
    case 'text':
      return value
    case 'list':
      return { ...value, items: value.items.flatMap((one) => resolved(one, root, env, depth) ?? []) }
    case 'object':
      return { ...value, members: membersOf(value.members, root, env, depth) }
    case 'reference':
      return depth > longest ? value : referenceOf(value, root, env, depth)
  }
}

function referenceOf(
  value: HoconValue & { readonly kind: 'reference' },
  root: Members,
  env: (name: string) => string | undefined,
  depth: number,
): HoconValue | undefined {
  const named = (path: string): HoconValue | undefined => {
    const member = lookUp(root, path.split('.'))
    if (member !== undefined) return resolved(member.value, root, env, depth + 1)
    const text = env(path)
    return text === undefined ? undefined : { kind: 'text', text, span: value.span }
  }
  const [, optional, whole] = /^\$\{(\??)([^}]+)\}$/.exec(value.text) ?? []
  if (whole !== undefined) {
    const found = named(whole.trim())
    if (found === undefined) return optional === '?' ? undefined : value
    // Edits belong at the place of the reference.
    return { ...found, span: value.span }
  }
  let open = false
  const text = value.text.replace(/\$\{(\??)([^}]+)\}/g, (all, mark: string, path: string) => {
    const found = named(path.trim())
    if (found?.kind === 'text') return found.text
    if (found === undefined && mark === '?') return ''
    open = true
    return all
  })
  return open ? value : { kind: 'text', text, span: value.span }
}
