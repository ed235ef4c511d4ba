import { describe, expect, it } from 'vitest'
import { mqttProxy } from '../../cli.js'

const run = (args: readonly string[], input: Uint8Array = new Uint8Array(0)) => mqttProxy(args, { input })

describe('header encode and decode', () => {
  it('are inverse through a pipe, as bytes and as hex', async () => {
    const flags = ['--src', '203.0.113.7:56324', '--cn', 'sensor-17', '--tls', 'TLSv1.3', '--crc32c']
    for (const format of [[], ['-f', 'hex']]) {
      const encoded = await run(['header', 'encode', ...flags, ...format])
      expect(encoded.code).toBe(0)
      const decoded = await run(['header', 'decode', '--json', '-'], encoded.bytes)
      expect(decoded.code).toBe(0)
      const document: unknown = JSON.parse(decoded.stdout)
      expect(document).toMatchObject({ schema: 1, ok: true, src: { ip: '203.0.113.7', port: 56324 }, length: 65 })
    }
  })

  it('end with 1 and one line for rubbish, with 2 for nothing and for bad flags', async () => {
    const rubbish = await run(['header', 'decode', '-'], Buffer.from('rubbish!'))
    expect([rubbish.code, rubbish.stdout.length]).toEqual([1, 0])
    expect(rubbish.stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^Error MP-HDR-SIGNATURE at offset 0x00: .*PP 2\.2/),
    ])
    expect((await run(['header', 'decode', '-'])).code).toBe(2)
    expect((await run(['header', 'encode', '--src', '1.2.3'])).code).toBe(2)
  })

  it('stop reading a stream without end at the header', async () => {
    const { bytes: header } = await run(['header', 'encode', '--src', '203.0.113.7'])
    const first = Buffer.concat([header, Buffer.alloc((1 << 20) - header.length)])
    const endless = function* () {
      for (let mebibytes = 0; mebibytes < 1 << 12; mebibytes++) yield first
    }
    const { code, stdout } = await mqttProxy(['header', 'decode'], { input: endless })
    expect(code).toBe(0)
    expect(stdout).toContain('203.0.113.7:56324')
  })
})
