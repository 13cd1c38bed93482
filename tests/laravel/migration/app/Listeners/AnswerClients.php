<?php

declare(strict_types=1);

namespace App\Listeners;

use App\Events\OrderShipped;
use Laravel\Reverb\Events\MessageReceived;

/**
 * What clients whisper to the application.
 */
final class AnswerClients
{
    public function handle(MessageReceived $event): void
    {
        $message = json_decode($event->message, true);
        $connection = $event->connection;

        match ($message['event']) {
            'client-question' => $connection->send((string) json_encode([
                'event' => 'answer',
                'channel' => $message['channel'],
                'data' => json_encode([
                    'question' => $message['data']['text'],
                    'id' => $connection->id(),
                    'app' => $connection->app()->id(),
                    'origin' => $connection->origin(),
                ]),
            ])),
            'client-ship' => OrderShipped::dispatch($message['data']['order'], 'listener'),
            'client-goodbye' => $connection->disconnect(),
            default => null,
        };
    }
}
