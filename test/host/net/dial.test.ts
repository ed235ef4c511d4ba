import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { dial } from '../../../src/host/net/dial.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { parseTarget } from '../../../src/kernel/target.js'
import { listen } from '../listening.js'

afterAll(endAll)

/** Stops a dialling so many turns of the microtask queue after its TCP connection is there. */
async function stoppedAfter(url: string, turns: number): Promise<unknown> {
  const caller = new AbortController()
  const begun = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    socket.once('connect', async () => {
      for (let turn = 0; turn < turns; turn++) await undefined
      caller.abort('enough')
    })
  }
  subscribe('net.client.socket', begun)
  const dialling = dial({ target: parseTarget(url), tls: {}, timeoutMs: 60_000, signal: caller.signal })
  unsubscribe('net.client.socket', begun)
  return await dialling.then(
    () => 'came about',
    (error: unknown) => error,
  )
}

it.each(['ws', 'mqtts', 'wss'])(
  'ends a %s dialling at once whenever it is stopped, with nothing thrown past it',
  async (scheme) => {
    const silent = await listen(() => {})
    for (let turns = 0; turns < 60; turns++) {
      const end = await stoppedAfter(`${scheme}://127.0.0.1:${silent}`, turns)
      expect(end === 'enough' || (end instanceof Error && end.name === 'DialError'), `after ${turns}: ${end}`).toBe(
        true,
      )
    }
  },
)
