#compdef mqtt-proxy
_mqtt_proxy() {
  local cmd="" i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "${cmd:+$cmd }${words[i]}" in
      'check'|'gen haproxy'|'gen all'|'broker'|'broker stop'|'gen') cmd="${cmd:+$cmd }${words[i]}" ;;
    esac
  done
  case "$cmd ${words[CURRENT-1]}" in
    'check --reporter') compadd -- 'junit' 'tap'; return ;;
    'check -r') compadd -- 'junit' 'tap'; return ;;
    'check --dir') _files; return ;;
  esac
  if [[ "${words[CURRENT]}" == -* ]]; then
    case "$cmd" in
    'check') found=('--reporter:Reporter: a "name"' '-r:Reporter: a "name"' '--dir:Folder' '--strict:Strict \ all' '-s:Strict \ all') ;;
    'gen haproxy') found=() ;;
    'gen all') found=('--json:JSON') ;;
    'broker') found=() ;;
    'broker stop') found=() ;;
    *) found=('--help:show help' '--version:show the version') ;;
    esac
    _describe -o 'option' found
    return
  fi
  case "$cmd" in
    '') found=('check:Run what'\''s asked' 'gen:gen ...' 'broker:Start a broker'); _describe 'command' found ;;
    'gen') found=('haproxy:Write haproxy.cfg' 'all:Write both'); _describe 'command' found ;;
    'broker') found=('stop:Stop it'); _describe 'command' found ;;
    'check') compadd -- 'tcp' 'proxy:v1' ;;
    'gen haproxy') compadd -- 'tcp' ;;
    *) _files ;;
  esac
}
if [[ "${funcstack[1]}" == "_mqtt-proxy" ]]; then _mqtt_proxy "$@"; else compdef _mqtt_proxy mqtt-proxy; fi
