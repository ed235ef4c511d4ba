import { createServer } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { isReachable, parseListening } from '../../../src/host/net/listening.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { listen, listenOn } from '../listening.js'

afterAll(endAll)

describe('what listens on this machine', () => {
  it('takes rows in state LISTEN only, and knows loopback in both families', () => {
    const row = (n: number, local: string, state = '0A') =>
      `   ${n}: ${local} ${'0'.repeat(local.length - 5)}:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1`
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      row(0, '0100007F:075B'),
      row(1, '0100007F:1F90', '01'),
      row(2, '00000000:22B3'),
      row(3, '00000000000000000000000001000000:0050'),
      row(4, '00000000000000000000000000000000:0051'),
      row(5, '0000000000000000FFFF00000100007F:0052'),
      row(6, '7F00A8C0:0053'),
    ].join('\n')
    expect(parseListening(table)).toEqual([
      { port: 1883, loopback: true },
      { port: 8883, loopback: false },
      { port: 80, loopback: true },
      { port: 81, loopback: false },
      { port: 82, loopback: true },
      { port: 83, loopback: false },
    ])
  })

  it.runIf(process.platform === 'linux')('asks the system where a port listens', async () => {
    expect(await isReachable(await listen(() => {}))).toBe(false)
    // An address of this machine that is not loopback is not needed: the wildcard is told by the table.
    expect(await isReachable(await listenOn(createServer(), '0.0.0.0'))).toBe(true)
    expect(await isReachable(1)).toBeUndefined()
  })
})
