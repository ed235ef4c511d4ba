import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokerOf, type RunnableKind, runnableKinds } from '../../../src/brokers/index.js'
import { derive } from '../../../src/scenarios/derive.js'
import { findScenario } from '../../../src/scenarios/find.js'
import { candidatesOf } from '../../../src/stories/check/jobs.js'
import { carefully } from '../../../src/stories/check/sources.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The files of one broker, to be run on another. */
function candidates(kind: RunnableKind, on: RunnableKind) {
  const derived = derive(findScenario('proxy'), { broker: kind })
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const [main] = derived.brokers[0]?.files ?? []
  const request = {
    dir: undefined,
    haproxyConfigs: [write('haproxy.cfg', derived.haproxy[0]?.text ?? '')],
    brokerConfigs: [write(main?.name ?? '', main?.text ?? '')],
    transport: undefined,
    ip: undefined,
    reading: carefully,
  }
  return candidatesOf(request, [], [], { kind: on, program: undefined })
}

const own = runnableKinds.filter((kind) => brokerOf(kind).run?.reads[0] === kind)

describe('a file of another broker', () => {
  const pairs = own.flatMap((kind) =>
    runnableKinds.filter((on) => !brokerOf(on).run?.reads.includes(kind)).map((on) => [kind, on] as const),
  )

  it.each(pairs)('%s on %s: exit 2, and the broker that reads it is named', async (kind, on) => {
    await expect(candidates(kind, on)).rejects.toMatchObject({
      code: 'MP-CONFIG-KIND',
      exit: 2,
      message: `this is a file of ${brokerOf(kind).name}; ${brokerOf(on).name} does not read it`,
      hints: [`run the broker that does: --broker ${kind}`],
    })
  })

  it.each(own)('%s on itself runs', async (kind) => {
    const [one] = await candidates(kind, kind)
    expect(one?.subject?.pair.brokers[0]?.meaning.broker).toBe(kind)
  })
})
