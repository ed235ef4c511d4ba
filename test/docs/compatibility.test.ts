import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { behaviours } from '../../src/stories/check/behaviours/index.js'

interface Group {
  readonly id: string
  readonly haproxy: string
  readonly broker: string
  readonly cannot?: string
  readonly counts: Readonly<Record<string, number>>
}

interface Page {
  readonly cellOf: (groups: readonly Group[], id: string, column: Pick<Group, 'haproxy' | 'broker'>) => string
}

interface Script {
  readonly summary: (result: unknown, more: object) => readonly (Group & { readonly notes: readonly unknown[] })[]
}

const script = <T>(name: string) => import(new URL(`../../scripts/${name}`, import.meta.url).href) as Promise<T>
const data = new URL('../../docs/data/compatibility.json', import.meta.url)
const { groups } = JSON.parse(readFileSync(data, 'utf8')) as { groups: readonly Group[] }
const sum = ({ counts }: Group) => Object.values(counts).reduce((total, one) => total + one, 0)

describe('the recorded results', () => {
  it.each(groups.filter((one) => one.id === 'behaviour'))(
    '$broker, HAProxy $haproxy: no behaviour is missing',
    (one) => {
      expect(sum(one)).toBe(behaviours.length)
    },
  )

  it('count and show what could not be told', async () => {
    const statuses = ['passed', 'failed', 'skipped', 'deviation', 'unknown', 'unknown']
    const cases = statuses.map((status, n) => ({ id: `behaviour/${n}`, status, reason: `${status} because` }))
    const result = { env: { haproxy: '3.2', broker: 'a 1' }, groups: [{ id: 'behaviour', title: 'x', cases }] }
    const [group] = (await script<Script>('compatibility.mjs')).summary(result, {})
    if (group === undefined) throw new Error('no group')
    expect(sum(group)).toBe(cases.length)
    expect(group.notes).toContainEqual({ id: 'behaviour/4', status: 'unknown', text: 'unknown because' })
    const { cellOf } = await script<Page>('compatibility-page.mjs')
    expect(cellOf([group], 'behaviour', group)).toBe('1 passed, 1 failed, 2 unknown, 1 deviation, 1 skipped')
  })
})
