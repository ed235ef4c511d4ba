import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { decodeInput, readingDocument } from '../../../src/stories/header/decode.js'
import { encodeHeader } from '../../../src/stories/header/encode.js'

const header = Buffer.from(encodeHeader({ kind: 'v2', flags: { src: '203.0.113.7', cn: 'sensor-17' }, malform: [] }))
const connect = Buffer.from('101000044d51545404020000000464656d6f', 'hex')
let folder: string

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
})
afterEach(endAll)

function file(content: Uint8Array | string): string {
  const name = join(folder, 'input')
  writeFileSync(name, content)
  return name
}

async function document(input: string, strict = false) {
  const { readings } = await decodeInput({ input, from: 'auto', strict })
  const [reading] = readings
  if (!reading) throw new Error('nothing read')
  return readingDocument(reading)
}

describe('header decode', () => {
  it.each([
    ['the bytes', header],
    ['their hex', `${header.toString('hex')}\n`],
    ['their base64', header.toString('base64')],
    ['the bytes and MQTT behind', Buffer.concat([header, connect])],
  ])('reads a file of %s', async (_, content) => {
    expect(await document(file(content))).toMatchObject({
      ok: true,
      version: 2,
      src: { ip: '203.0.113.7' },
      length: 58,
    })
  })

  it('reads hex, base64 and lines given as the argument', async () => {
    expect(await document(header.toString('hex'))).toMatchObject({ ok: true, length: 58 })
    expect(await document(header.toString('base64'))).toMatchObject({ ok: true, length: 58 })
    expect(await document('PROXY TCP4 203.0.113.7 127.0.0.1 5 6\\r\\n')).toMatchObject({
      ok: true,
      version: 1,
      family: 'TCP4',
    })
  })

  it('says what follows the header', async () => {
    expect(await document(Buffer.concat([header, connect]).toString('hex'))).toMatchObject({
      rest: connect.length,
      restIs: 'an MQTT 3.1.1 CONNECT (client id "demo")',
    })
  })

  it('says what bytes are that are no header', async () => {
    expect(await document(connect.toString('hex'))).toMatchObject({
      ok: false,
      error: { code: 'MP-HDR-SIGNATURE', offset: 0, recognised: 'an MQTT 3.1.1 CONNECT (client id "demo")' },
    })
  })

  it('says how much of a cut header is missing', async () => {
    expect(await document(header.subarray(0, 20).toString('hex'))).toMatchObject({
      ok: false,
      error: { code: 'MP-HDR-TRUNCATED', offset: 20, message: expect.stringContaining('38 further bytes') },
    })
  })

  it('refuses with strict what is legal but odd', async () => {
    const odd = Buffer.from(
      encodeHeader({ kind: 'v2', flags: { src: '1.2.3.4', tlv: ['0xf1=x'] }, malform: [] }),
    ).toString('hex')
    expect(await document(odd)).toMatchObject({ ok: true })
    expect(await document(odd, true)).toMatchObject({ ok: false, remarks: [{ offset: 28, clause: 'PP 2.2.8' }] })
  })

  it('reads no further than the header', async () => {
    const name = join(folder, 'large')
    writeFileSync(name, Buffer.concat([header, Buffer.alloc(8 << 20)]))
    const { readings } = await decodeInput({ input: name, from: 'auto', strict: false })
    expect(readings[0]?.ended).toBe(false)
    expect(readings[0]?.explained.rest.length).toBeLessThan(1 << 20)
  })

  it.each([
    ['an empty file', () => file('')],
    ['a file that is not there', () => join(folder, 'nothing.pcap')],
    ['a name that is neither file nor text', () => 'header.bin'],
    ['hex with a digit missing', () => file('0d0a0')],
  ])('refuses %s with exit 2', async (_, input) => {
    await expect(decodeInput({ input: input(), from: 'auto', strict: false })).rejects.toMatchObject({ exit: 2 })
  })
})
