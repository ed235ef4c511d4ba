import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs the built program with bytes on stdin; stdin may be closed early by the program. */
function run(args: readonly string[], input: Uint8Array = new Uint8Array(0), copies = 1): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => void stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }))
    child.stdin.on('error', () => child.stdin.destroy())
    let left = copies
    const feed = () => {
      while (left > 0 && !child.stdin.destroyed) {
        left--
        if (!child.stdin.write(input)) return void child.stdin.once('drain', feed)
      }
      child.stdin.end()
    }
    feed()
  })
}

describe('header encode and decode', () => {
  it('are inverse through a pipe, as bytes and as hex', async () => {
    const flags = ['--src', '203.0.113.7:56324', '--cn', 'sensor-17', '--tls', 'TLSv1.3', '--crc32c']
    for (const format of [[], ['-f', 'hex']]) {
      const encoded = await run(['header', 'encode', ...flags, ...format])
      expect(encoded.code).toBe(0)
      const decoded = await run(['header', 'decode', '--json', '-'], encoded.stdout)
      expect(decoded.code).toBe(0)
      const document: unknown = JSON.parse(decoded.stdout.toString())
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
    const { stdout: header } = await run(['header', 'encode', '--src', '203.0.113.7'])
    const first = Buffer.concat([header, Buffer.alloc((1 << 20) - header.length)])
    const { code, stdout } = await run(['header', 'decode'], first, 1 << 12)
    expect(code).toBe(0)
    expect(stdout.toString()).toContain('203.0.113.7:56324')
  })
})
