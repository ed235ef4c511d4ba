import { mosquittoOption, mosquittoOptions } from '../../brokers/mosquitto/options.js'
import { isMosquitto } from '../../brokers/mosquitto/read.js'
import { valueFault } from '../../brokers/mosquitto/value-fault.js'
import { neverReleased } from '../../brokers/mosquitto/version.js'
import type { MosquittoSetting, MosquittoView } from '../../brokers/mosquitto/view.js'
import { nearest } from '../../kernel/nearest.js'
import { replaceAt } from '../../path/edits.js'
import type { Rule } from '../rule.js'
import type { RuleFinding } from '../rule-finding.js'

export const unknownOption: Rule = {
  code: 'MP201',
  name: 'mosquitto-option',
  summary: 'Mosquitto knows no such option, or not with this value, or not in this place.',
  severity: 'error',
  harm: 'The broker does not start (exit 3).',
  evidence:
    'Mosquitto 2.1.2: "Unknown configuration variable", "must be 1 or 2", "requires a listener to be defined first". enable_proxy_protocol_v2 lived on a development branch only.',
  fix: 'enable_proxy_protocol 2 (or 1) below the listener it is for.',
  *check({ brokers }) {
    for (const { view } of brokers.filter(isMosquitto)) yield* checkFile(view)
  },
}

function* checkFile(view: MosquittoView): Generator<RuleFinding> {
  for (const setting of view.settings) {
    if (setting.name === neverReleased) yield renamed(setting)
    else if (mosquittoOption(setting.name) === undefined && !setting.name.startsWith('#')) yield unknown(setting)
  }
  for (const setting of view.settings) {
    const takes = valueFault(setting)
    if (takes !== undefined) yield { at: setting.valueSpan, message: `${setting.name} takes ${takes}` }
  }
  for (const listener of view.listeners) {
    const setting = listener.settings.get('enable_proxy_protocol')
    if (setting !== undefined && listener.proxy?.value === 'invalid') yield wrongValue(setting)
  }
  for (const setting of view.misplaced) {
    const what = setting.scope === 'bridge' ? 'connection' : 'listener'
    yield { at: setting.span, message: `${setting.name} needs a ${what} line above it, in the same file` }
  }
}

function renamed(setting: MosquittoSetting): RuleFinding {
  const off = setting.value === 'false'
  return {
    at: setting.span,
    message: `${neverReleased} exists in no release of Mosquitto: it became enable_proxy_protocol 2`,
    fix: off
      ? { text: 'remove the line' }
      : { text: 'enable_proxy_protocol 2', edits: [replaceAt(setting.line.span, 'enable_proxy_protocol 2')] },
  }
}

function unknown(setting: MosquittoSetting): RuleFinding {
  const near = nearest(setting.name, [...mosquittoOptions.keys()])
  return {
    at: setting.span,
    message: `Mosquitto 2.1 knows no option "${setting.name}"`,
    ...(near !== undefined && { fix: { text: near, edits: [replaceAt(setting.span, near)] } }),
  }
}

function wrongValue(setting: MosquittoSetting): RuleFinding {
  const on = /^(true|on|yes|v2)$/i.test(setting.value)
  return {
    at: setting.valueSpan,
    message: `enable_proxy_protocol takes 1 or 2, not "${setting.value}"`,
    fix: { text: 'enable_proxy_protocol 2', ...(on && { edits: [replaceAt(setting.valueSpan, '2')] }) },
  }
}
