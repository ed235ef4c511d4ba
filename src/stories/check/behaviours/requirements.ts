import type { Requirement } from '../../../kernel/result.js'

export const manual = 'HAProxy configuration manual'

export const alive: Requirement = {
  text: 'A reload is not seen by clients that are connected.',
  ref: `${manual} 3.1, master-worker`,
}
export const health: Requirement = {
  text: 'What a health check says and what clients get are two things.',
  ref: `${manual} 5.2, check`,
}
export const marked: Requirement = {
  text: 'Sessions of a server that is marked down are ended only when told so.',
  ref: `${manual} 5.2, on-marked-down`,
}
export const silence: Requirement = {
  text: 'A client may be silent for one and a half keepalives; HAProxy counts its own time.',
  ref: `${manual} 4.2, timeout client; MQTT-3.1.2-22`,
}
export const failing: Requirement = {
  text: 'What becomes of clients when the broker fails.',
  ref: `${manual} 5.2, check`,
}
