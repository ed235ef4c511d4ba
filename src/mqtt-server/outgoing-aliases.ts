/** Topic aliases the broker sets towards one client (3.3.2.3.4): the first topics get them, and keep them. */
export class OutgoingAliases {
  /** As many as the client allows, of those the listener wants to use; 0: none, as in MQTT 3.x. */
  maximum = 0
  /** Made with the first alias: most clients allow none. */
  #known: Map<string, number> | undefined

  find(topic: string): number | undefined {
    return this.#known?.get(topic)
  }

  /** A new alias; `undefined`: there are no more. */
  add(topic: string): number | undefined {
    const count = this.#known?.size ?? 0
    if (count >= this.maximum) return undefined
    this.#known ??= new Map()
    this.#known.set(topic, count + 1)
    return count + 1
  }

  /** The packet that set the last alias was never sent. */
  forget(topic: string): void {
    this.#known?.delete(topic)
  }
}
