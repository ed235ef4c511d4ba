import { afterEach, describe, expect, it } from 'vitest'
import { type ExchangeOptions, exchange } from '../../../src/host/net/header-exchange.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { listen } from '../listening.js'

afterEach(endAll)

describe('exchange', () => {
  it('makes the writes it was given, in their order and nothing else', async () => {
    const chunks: string[] = []
    const port = await listen((socket) => {
      socket.on('data', (chunk) => {
        chunks.push(chunk.toString())
        if (chunks.join('').endsWith('three')) socket.write(connack(0))
      })
    })
    const seen = await ask(port, { writes: [write('one'), write('two', 30), write('', 1), write('three', 30)] })
    // Two writes arrive as one chunk where the reader is late.
    expect(chunks.join('')).toBe('onetwothree')
    expect(seen).toMatchObject({ connack: 0, local: { address: '127.0.0.1' } })
  })

  it('tells every CONNACK with its code and its name, in pieces too, and says goodbye', async () => {
    const said: string[] = []
    const port = await listen((socket) => {
      socket.once('data', async () => {
        socket.on('data', (chunk) => said.push(chunk.toString()))
        for (const byte of connack(5)) {
          socket.write(Buffer.of(byte))
          await new Promise(setImmediate)
        }
      })
      socket.on('end', () => said.push('end'))
    })
    const seen = await ask(port, { goodbye: Buffer.from('bye') })
    expect(seen).toMatchObject({ outcome: 'connack', connack: 5, detail: 'CONNACK 5 (not authorised)' })
    await expect.poll(() => said).toEqual(['bye', 'end'])
  })

  it('notices what comes before everything is written', async () => {
    const slow = [write('one'), write('two', 60_000)]
    const closing = await listen((socket) => socket.once('data', () => socket.end()))
    expect(await ask(closing, { writes: slow })).toMatchObject({ outcome: 'closed', detail: 'closed' })
    const resetting = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await ask(resetting, { writes: slow })).toMatchObject({ outcome: 'reset', detail: 'reset' })
    const early = await listen((socket) => socket.once('data', () => socket.write(connack(0))))
    expect(await ask(early, { writes: slow })).toMatchObject({ connack: 0 })
  })

  it('waits after the last write only, and leaves by a reset', async () => {
    const ended: string[] = []
    const silent = await listen((socket) => {
      socket.resume()
      socket.on('error', () => ended.push('error'))
      socket.on('end', () => ended.push('end'))
    })
    const seen = await ask(silent, { writes: [write('one'), write('two', 200)], waitMs: 100 })
    expect(seen).toMatchObject({ outcome: 'timeout', connack: undefined, detail: 'nothing for 100 ms' })
    await expect.poll(() => ended).toEqual(['error'])
  })

  it('quotes what is no CONNACK', async () => {
    const port = await listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const detail = 'it answered 485454502f312e312034303020426164'
    expect(await ask(port)).toMatchObject({ outcome: 'not-mqtt', detail })
  })

  it('says why there was no connection', async () => {
    const port = await freePort()
    const detail = `connect ECONNREFUSED 127.0.0.1:${port}`
    expect(await ask(port)).toMatchObject({ outcome: 'refused', local: undefined, detail })
    expect(await ask(1, { host: 'no-such-host.invalid' })).toMatchObject({ outcome: 'unreachable', local: undefined })
  })

  it('can be stopped', async () => {
    const stop = new AbortController()
    const port = await listen((socket) => socket.once('data', () => stop.abort()))
    expect(await ask(port, { signal: stop.signal, waitMs: 60_000 })).toMatchObject({ outcome: 'timeout' })
  })
})

function connack(code: number): Buffer {
  return Buffer.of(0x20, 2, 0, code)
}

function write(text: string, pauseMs = 0) {
  return { bytes: Buffer.from(text), pauseMs }
}

function ask(port: number, options: Partial<ExchangeOptions> = {}) {
  return exchange({ host: '127.0.0.1', port, writes: [write('hello')], waitMs: 3000, ...options })
}
