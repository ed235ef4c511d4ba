/** What a client does with a topic. */
export type Deed = 'read' | 'write' | 'subscribe' | 'unsubscribe'

/** Who does it. */
export interface Identity {
  readonly id: string
  readonly username: string | undefined
}
