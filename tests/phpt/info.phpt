--TEST--
php --ri shows the version and the libraries
--EXTENSIONS--
reverb
--FILE--
<?php
(new ReflectionExtension('reverb'))->info();
var_dump(phpversion('reverb') === (new ReflectionExtension('reverb'))->getVersion());
?>
--EXPECTF--

reverb

Reverb WebSocket server => enabled
Version => %d.%d.%d%S
libwebsockets => built with %d.%s, runs with %d.%s
libuv => built with %d.%d.%d, runs with %d.%d.%d
OpenSSL => built with OpenSSL %s, runs with OpenSSL %s
%Abool(true)
