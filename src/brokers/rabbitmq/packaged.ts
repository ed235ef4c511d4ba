import { fromContainer, type Packaged } from '../packaged.js'

export const packaged: Packaged = {
  package: 'rabbitmq-server',
  fileName: 'rabbitmq-server',
  programs: ['usr/lib/rabbitmq/bin/rabbitmq-server'],
  versionArgs: [],
  releases: [
    { line: '4', suites: ['forky', 'sid'] },
    { line: '3.10', suites: ['bookworm'] },
  ],
  elsewhere: [
    'apt:  sudo apt-get install rabbitmq-server',
    'dnf:  sudo dnf install rabbitmq-server',
    'apk:  sudo apk add rabbitmq-server',
    'brew: brew install rabbitmq',
    fromContainer('rabbitmq:4-management'),
  ],
}
