import type { Session } from '../session/session.js'
import { type SplitFilter, splitTopic } from './filters.js'

export interface Subscription {
  readonly session: Session
  readonly filter: string
  qos: 0 | 1 | 2
  /** Do not send back what this client published itself. */
  noLocal: boolean
  /** Keep the retain flag of live messages. */
  retainAsPublished: boolean
  id: number | undefined
}

export type SubscriptionOptions = Pick<Subscription, 'qos' | 'noLocal' | 'retainAsPublished' | 'id'>

interface Node {
  readonly children: Map<string, Node>
  subscriptions: Subscription[]
  shared: Map<string, Subscription[]> | undefined
}

const emptyNode = (): Node => ({ children: new Map(), subscriptions: [], shared: undefined })

/**
 * All subscriptions by topic level. Plain and shared ones are two trees, so that a message first goes to the plain
 * ones; in one node they are served in the order they came.
 */
export class SubscriptionTree {
  readonly #plain = emptyNode()
  readonly #shared = emptyNode()
  #count = 0

  get size(): number {
    return this.#count
  }

  /** True when it is new; an existing one takes the new options and keeps its place [MQTT-3.8.4-3]. */
  add(session: Session, filter: string, split: SplitFilter, options: SubscriptionOptions): boolean {
    const node = this.#walk(split)
    const list = split.share === undefined ? node.subscriptions : shareOf(node, split.share)
    const existing = list.find((one) => one.session === session)
    if (existing) {
      Object.assign(existing, options)
      return false
    }
    list.push({ session, filter, ...options })
    this.#count += 1
    return true
  }

  remove(session: Session, split: SplitFilter): boolean {
    const path: Node[] = [split.share === undefined ? this.#plain : this.#shared]
    for (const level of split.levels) {
      const next = path.at(-1)?.children.get(level)
      if (!next) return false
      path.push(next)
    }
    const node = path.at(-1)
    if (!node || !removeFrom(node, session, split.share)) return false
    this.#count -= 1
    prune(path, split.levels)
    return true
  }

  /**
   * Hands every subscription that matches to `visit`, of each share one member in turn. False when there was none at
   * all, which the publisher of a QoS 1 message is told.
   */
  match(topic: string, visit: (subscription: Subscription) => void): boolean {
    const levels = splitTopic(topic)
    const plain = search(this.#plain, levels, 0, visit)
    const shared = this.#shared.children.size > 0 && search(this.#shared, levels, 0, visit)
    return plain || shared
  }

  #walk(split: SplitFilter): Node {
    let node = split.share === undefined ? this.#plain : this.#shared
    for (const level of split.levels) {
      let next = node.children.get(level)
      if (!next) {
        next = emptyNode()
        node.children.set(level, next)
      }
      node = next
    }
    return node
  }
}

function shareOf(node: Node, name: string): Subscription[] {
  node.shared ??= new Map()
  let list = node.shared.get(name)
  if (!list) {
    list = []
    node.shared.set(name, list)
  }
  return list
}

function removeFrom(node: Node, session: Session, share: string | undefined): boolean {
  const list = share === undefined ? node.subscriptions : node.shared?.get(share)
  const index = list?.findIndex((one) => one.session === session) ?? -1
  if (!list || index < 0) return false
  list.splice(index, 1)
  if (share !== undefined && list.length === 0) node.shared?.delete(share)
  if (node.shared?.size === 0) node.shared = undefined
  return true
}

function prune(path: readonly Node[], levels: readonly string[]): void {
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const node = path[depth]
    if (!node || node.children.size > 0 || node.subscriptions.length > 0 || node.shared) return
    path[depth - 1]?.children.delete(levels[depth - 1] ?? '')
  }
}

/** Exact level, then `+`, then `#`: deeper matches come before shallower ones. */
function search(node: Node, levels: readonly string[], depth: number, visit: (one: Subscription) => void): boolean {
  let found = false
  const level = levels[depth]
  if (level !== undefined) {
    // The first level is the root ('' or a `$` name): wildcards do not match it.
    for (const key of depth === 0 ? [level] : [level, '+']) {
      const next = node.children.get(key)
      if (!next) continue
      if (search(next, levels, depth + 1, visit)) found = true
      if (depth === levels.length - 1 && serve(next, visit)) found = true
    }
  }
  const rest = node.children.get('#')
  if (rest && serve(rest, visit)) found = true
  return found
}

function serve(node: Node, visit: (one: Subscription) => void): boolean {
  if (node.shared) {
    for (const members of node.shared.values()) {
      const [first] = members
      if (!first) continue
      members.push(...members.splice(0, 1))
      visit(first)
    }
  }
  for (const one of [...node.subscriptions]) visit(one)
  return node.subscriptions.length > 0 || node.shared !== undefined
}
