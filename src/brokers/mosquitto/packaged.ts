import { fromContainer, type Packaged } from '../packaged.js'

export const packaged: Packaged = {
  package: 'mosquitto',
  fileName: 'mosquitto',
  programs: ['usr/sbin/mosquitto', 'usr/bin/mosquitto_passwd'],
  versionArgs: ['-h'],
  releases: [
    { line: '2.1', suites: ['forky', 'sid'] },
    { line: '2.0', suites: ['trixie', 'bookworm'] },
  ],
  elsewhere: [
    'apt:  sudo apt-get install mosquitto   (2.1 or newer is needed for the PROXY protocol)',
    'dnf:  sudo dnf install mosquitto',
    'apk:  sudo apk add mosquitto',
    'brew: brew install mosquitto',
    fromContainer('eclipse-mosquitto:2.1'),
  ],
}
