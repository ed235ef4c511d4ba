import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { startRelay } from '../../../src/host/sandbox/relay.js'
import { listen } from '../listening.js'

afterAll(endAll)

const comeAndGo = (port: number) => `
  const { connect } = require('node:net')
  for (let n = 0; n < 3; n++) { const one = connect(${port}, '127.0.0.1', () => one.resetAndDestroy()) }`

it('keeps every connection apart, those that were reset before they were looked at too', async () => {
  const behind = await listen((socket) => socket.on('data', (bytes) => socket.end(`${bytes}!`)))
  const host = '127.0.0.1'
  const port = await freePort()
  const relay = await startRelay({ listen: { host, port }, to: { host, port: behind }, keepAddress: false })
  // They come and go while nothing here can look at them.
  execFileSync(process.execPath, ['-e', comeAndGo(port)])
  const client = connect(port, host, () => client.write('hi'))
  const [answer] = await once(client, 'data')
  await once(client, 'close')
  expect(String(answer)).toBe('hi!')
  const recorded = relay.recorded()
  await relay.stop()
  expect(recorded).toHaveLength(4)
  expect(new Set(recorded.map((one) => one.client.port)).size).toBe(4)
  expect(recorded.every((one) => one.client.port > 0)).toBe(true)
  const said = recorded.at(-1)?.chunks.map(({ from, bytes }) => `${from}: ${Buffer.from(bytes)}`)
  expect(said).toEqual(['client: hi', 'server: hi!'])
})
