<?php

declare(strict_types=1);

// Calls one method of pusher/pusher-php-server; the call comes as JSON on standard input, what it
// returned or threw goes as JSON to standard output.
require __DIR__.'/../vendor/autoload.php';

/** @var array{host: string, port: int, key: string, secret: string, app_id: string, method: string, arguments: list<mixed>} $call */
$call = json_decode((string) stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);
$pusher = new Pusher\Pusher($call['key'], $call['secret'], $call['app_id'], [
    'host' => $call['host'],
    'port' => $call['port'],
    'scheme' => 'http',
    'useTLS' => false,
]);

try {
    $answer = ['result' => $pusher->{$call['method']}(...$call['arguments'])];
} catch (Pusher\ApiErrorException $error) {
    $answer = ['error' => $error->getMessage(), 'status' => $error->getCode()];
}
echo json_encode($answer, JSON_THROW_ON_ERROR);
