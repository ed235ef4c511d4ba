import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/kernel/errors.js'
import { EXIT } from '../../../src/kernel/exit.js'
import type { CaseResult } from '../../../src/kernel/result.js'
import { findScenario } from '../../../src/scenarios/find.js'
import { brokenGroup } from '../../../src/stories/check/broken-group.js'
import { generatedSubject } from '../../../src/stories/check/sources.js'

const subject = generatedSubject(findScenario('proxy'), {})
const told: CaseResult[] = []
const options = {
  only: undefined,
  again: (row: { readonly id: string }) => `check proxy/${row.id}`,
  onCase: (result: CaseResult) => {
    told.push(result)
    return result
  },
}

describe('a group that came to no end', () => {
  it('fails by an error that nobody expected, and says which', () => {
    const error = Object.assign(new Error('EEXIST: file already exists, symlink'), { code: 'EEXIST' })
    const { cases, cannot } = brokenGroup(error, subject, options)
    expect(cannot).toBeUndefined()
    expect(cases.map(({ status }) => status)).toEqual(['failed', ...cases.slice(1).map(() => 'skipped')])
    expect(cases.length).toBe(subject.scenario.outcomes.length)
    expect(cases[0]?.actual).toContain('EEXIST: file already exists, symlink')
    expect(told).toEqual(cases)
  })

  it('fails only the rows that were asked for', () => {
    const id = subject.scenario.outcomes[2]?.id ?? ''
    expect(brokenGroup(new Error('x'), subject, { ...options, only: new Set([id]) }).cases).toMatchObject([
      { id: `proxy/${id}`, status: 'failed' },
    ])
  })

  it('cannot be run where the machine is to blame, and throws what is about the request', () => {
    const machine = new Fault('MP-PORT-TAKEN', 'taken', { exit: EXIT.environment })
    expect(brokenGroup(machine, subject, options)).toMatchObject({ cases: [], cannot: 'taken' })
    const usage = new Fault('MP-CHECK-OPTION', 'wrong', { exit: EXIT.usage })
    expect(() => brokenGroup(usage, subject, options)).toThrow(usage)
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    expect(() => brokenGroup(full, subject, options)).toThrow(expect.objectContaining({ code: 'MP-MACHINE' }))
  })
})
