import { Direction, type SeenPiece, type Shared } from './direction.js'
import type { TapEvent, TapSide, What } from './event.js'

/** Both directions of one connection as events, in the order in which their bytes came. */
export class Conversation {
  readonly #shared: Shared = { version: undefined, clientId: undefined }
  readonly #directions: Readonly<Record<TapSide, Direction>> = {
    client: new Direction('client', this.#shared),
    server: new Direction('server', this.#shared),
  }
  readonly #sent = { client: 0, server: 0 }

  /** @param connection its number, from 1 */
  constructor(readonly connection: number) {}

  get clientId(): string | undefined {
    return this.#shared.clientId
  }

  open(at: number, client: string, server: string): TapEvent {
    return this.#event(at, { kind: 'open', client, server })
  }

  /** @param at milliseconds since 1970 */
  push(from: TapSide, bytes: Uint8Array, at: number): readonly TapEvent[] {
    this.#sent[from] += bytes.length
    return this.#directions[from].push(bytes).map((seen) => this.#seen(at, seen))
  }

  /** A capture lacks bytes of this direction. */
  lost(from: TapSide, bytes: number, at: number): TapEvent {
    this.#directions[from].gap()
    return this.#event(at, { kind: 'lost', from, bytes })
  }

  fault(text: string, at: number): TapEvent {
    return this.#event(at, { kind: 'fault', text })
  }

  close(
    at: number,
    end: { readonly by: TapSide | undefined; readonly reset: boolean; readonly why?: string },
  ): TapEvent {
    return this.#event(at, { kind: 'close', ...end, sent: { ...this.#sent } })
  }

  #seen(at: number, { what, head, bytes }: SeenPiece): TapEvent {
    return { at, connection: this.connection, what, ...(head && { head }), ...(bytes && { bytes }) }
  }

  #event(at: number, what: What): TapEvent {
    return { at, connection: this.connection, what }
  }
}
