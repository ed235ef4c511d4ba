import { Flags } from '@oclif/core'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { type Flaw, flaws, loopbackNames } from '../../scenarios/certificates.js'
import { validCn } from '../../scenarios/names.js'
import type { CertsOptions } from '../../stories/gen/certs.js'

export const certFlags = {
  san: Flags.string({
    helpGroup: 'CERTIFICATE',
    description: `name or address of the server, the first is its CN (default ${loopbackNames.join(', ')})`,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
  }),
  'client-cn': Flags.string({
    helpGroup: 'CERTIFICATE',
    description: `CN of a client certificate (default ${validCn})`,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
  }),
  bad: Flags.string({
    helpGroup: 'CERTIFICATE',
    description: `bad client certificates as well: ${flaws.join(',')}, or all`,
    helpValue: 'LIST',
  }),
  'keep-ca': Flags.boolean({
    helpGroup: 'CERTIFICATE',
    description: 'keep the keys of the CAs (in ca/), to add, renew and revoke later; certificates then last a year',
  }),
  days: Flags.integer({
    helpGroup: 'CERTIFICATE',
    helpValue: 'DAYS',
    description: 'days of validity (default 30, with --keep-ca 365)',
    min: 1,
    max: 3650,
  }),
  key: Flags.option({ options: ['ec', 'rsa'] as const })({
    helpGroup: 'CERTIFICATE',
    description: 'EC P-256 or RSA 2048',
    default: 'ec',
  }),
}

export function certsOptions(flags: {
  readonly san?: string[] | undefined
  readonly 'client-cn'?: string[] | undefined
  readonly bad?: string | undefined
  readonly days?: number | undefined
  readonly 'keep-ca'?: boolean
  readonly key: 'ec' | 'rsa'
}): CertsOptions {
  return {
    ...(flags.san && { san: flags.san }),
    ...(flags['client-cn'] && { clientCns: flags['client-cn'] }),
    ...(flags.bad !== undefined && { bad: parseFlaws(flags.bad) }),
    ...(flags.days !== undefined && { days: flags.days }),
    ...(flags['keep-ca'] && { keepCa: true }),
    key: flags.key,
  }
}

/** @throws Fault MP-CERTS (exit 2) with the nearest name */
export function parseFlaws(text: string): readonly Flaw[] {
  if (text === 'all') return flaws
  const words = [...new Set(text.split(',').map((word) => word.trim()))]
  return words.map((word) => {
    const flaw = flaws.find((one) => one === word)
    if (flaw !== undefined) return flaw
    const near = nearest(word, flaws)
    throw new Fault('MP-CERTS', `"${word}" is not a kind of bad certificate`, {
      exit: EXIT.usage,
      hints: [...(near === undefined ? [] : [`did you mean ${near}?`]), `known: ${flaws.join(', ')}`],
    })
  })
}
