--TEST--
Without an exception hook, or where that throws itself, what was thrown is a warning
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

function run(Reverb\Server $server): void
{
    $server->on('started', fn () => throw new RuntimeException('first'));
    $server->every(0.02, fn () => $server->stop());
    $server->run();
    echo "\n--\n";
}

run(server());

$server = server();
$server->on('exception', fn (Throwable $e) => throw new LogicException('second', 0, $e));
run($server);

// An error handler of the application is not asked: it might throw the warning back.
set_error_handler(fn (int $level, string $message) => throw new ErrorException($message));
run(server());
restore_error_handler();
?>
--EXPECTF--
Warning: Uncaught RuntimeException: first in %s:%d
Stack trace:
#0 [internal function]: {closure}(Array)
#1 %s(%d): Reverb\Server->run()
#2 %s(%d): run(Object(Reverb\Server))
#3 {main}
  thrown in %s on line %d

--

Warning: Uncaught RuntimeException: first in %s:%d
%a
Next LogicException: second in %s:%d
%a
  thrown in %s on line %d

--

Warning: Uncaught RuntimeException: first in %s:%d
%a
  thrown in %s on line %d

--
