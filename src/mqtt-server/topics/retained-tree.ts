import type { Message } from '../session/message.js'
import { splitTopic } from './filters.js'

interface Node {
  readonly children: Map<string, Node>
  message: Message | undefined
}

const emptyNode = (): Node => ({ children: new Map(), message: undefined })

/** The last retained message of every topic (3.3.1.3), by topic level. */
export class RetainedTree {
  readonly #root = emptyNode()
  #count = 0

  get size(): number {
    return this.#count
  }

  /** Keeps the message; an empty payload removes what is there [MQTT-3.3.1-6, MQTT-3.3.1-7]. */
  store(topic: string, message: Message): void {
    if (message.payload.length === 0) {
      this.remove(topic)
      return
    }
    let node = this.#root
    for (const level of splitTopic(topic)) {
      let next = node.children.get(level)
      if (!next) {
        next = emptyNode()
        node.children.set(level, next)
      }
      node = next
    }
    if (!node.message) this.#count += 1
    node.message = message
  }

  remove(topic: string): void {
    const levels = splitTopic(topic)
    const path = [this.#root]
    for (const level of levels) {
      const next = path.at(-1)?.children.get(level)
      if (!next) return
      path.push(next)
    }
    const last = path.at(-1)
    if (!last?.message) return
    last.message = undefined
    this.#count -= 1
    for (let depth = path.length - 1; depth > 0; depth -= 1) {
      const node = path[depth]
      if (!node || node.children.size > 0 || node.message) return
      path[depth - 1]?.children.delete(levels[depth - 1] ?? '')
    }
  }

  /** Retained messages a filter matches, in the order their topics first came; `undefined` for a level without one. */
  match(levels: readonly string[]): Generator<Message | undefined, void> {
    return search(this.#root, levels, 0)
  }
}

function* search(node: Node, levels: readonly string[], depth: number): Generator<Message | undefined, void> {
  const level = levels[depth]
  if (level === undefined) {
    yield node.message
    return
  }
  if (level === '#') {
    // `a/#` matches what lies below first, then `a` itself [MQTT-4.7.1-2].
    for (const child of node.children.values()) yield* everything(child)
    yield node.message
    return
  }
  yield undefined
  if (level === '+' && depth > 0) {
    for (const child of node.children.values()) yield* search(child, levels, depth + 1)
    return
  }
  const child = node.children.get(level)
  if (child) yield* search(child, levels, depth + 1)
}

function* everything(node: Node): Generator<Message | undefined, void> {
  yield node.message
  for (const child of node.children.values()) yield* everything(child)
}
