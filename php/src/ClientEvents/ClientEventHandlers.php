<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use Illuminate\Contracts\Container\Container;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Support\Str;
use InvalidArgumentException;
use JsonException;
use Laravel\Reverb\Connection;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Server\Action;
use Throwable;

/**
 * The application's handlers of client events: which there are, and which of them an event is for.
 */
final class ClientEventHandlers
{
    private const PREFIX = 'client-';

    /** @var list<array{event: string, channel: ChannelPattern, action: Action}> */
    private array $handlers = [];

    public function __construct(
        private readonly Container $app,
        private readonly HandlerCaller $caller,
        private readonly HandlerQueue $queue,
    ) {}

    /**
     * @throws InvalidArgumentException for patterns that nothing can match
     */
    public function add(string $event, string $channel, Action $action): void
    {
        $literal = substr($event, 0, strcspn($event, '*'));

        if (strncmp($literal, self::PREFIX, $literal === $event ? strlen(self::PREFIX) : min(strlen($literal), strlen(self::PREFIX))) !== 0) {
            throw new InvalidArgumentException(
                "Names of client events begin with \"client-\", so none matches \"{$event}\". Write \"client-{$event}\", which is "
                ."what Echo's whisper('{$event}') sends."
            );
        }

        $this->handlers[] = ['event' => $event, 'channel' => new ChannelPattern($channel), 'action' => $action];
    }

    public function exist(): bool
    {
        return $this->handlers !== [];
    }

    /**
     * @throws CannotStart for a handler that cannot be called
     */
    public function check(): void
    {
        foreach ($this->handlers as ['event' => $event, 'action' => $action]) {
            $action->check("The handler of {$event}");

            if ($action->queued()) {
                $this->queue->check("The handler of {$event}", $action);
            }
        }
    }

    /**
     * Lets every handler that it is for handle an event; what one throws is reported, and the next
     * one has its turn.
     *
     * @param  array{app_id: string, socket_id: string, origin: ?string, channel: string, user_id: ?string, message: string}  $call  of the hook `client_event`
     */
    public function handle(array $call): void
    {
        $message = self::read($call['message']);

        if ($message === null) {
            return;
        }

        foreach ($this->handlers as $handler) {
            $parameters = Str::is($handler['event'], $message['event']) ? $handler['channel']->match($call['channel']) : null;

            if ($parameters === null) {
                continue;
            }

            $event = new ClientEvent(
                $message['event'], $call['channel'], $parameters, $message['data'], $call['user_id'],
                new Connection($call['socket_id'], $call['app_id'], $call['origin']),
            );

            try {
                $handler['action']->queued()
                    ? $this->queue->queue($handler['action'], $event)
                    : $this->caller->call($handler['action'], $event);
            } catch (Throwable $e) {
                $this->app->make(ExceptionHandler::class)->report($e);
            }
        }
    }

    /**
     * The server has checked the message, but not by PHP's limits: what PHP cannot read, such as
     * data nested too deeply, is for no handler. Data is JSON, or a string of JSON.
     *
     * @return ?array{event: string, data: array<array-key, mixed>}
     */
    private static function read(string $message): ?array
    {
        try {
            $message = json_decode($message, true, flags: JSON_THROW_ON_ERROR);
            $event = is_array($message) ? $message['event'] ?? null : null;
            $data = is_array($message) ? $message['data'] ?? [] : [];
            $data = is_string($data) ? json_decode($data, true, flags: JSON_THROW_ON_ERROR) : $data;
        } catch (JsonException) {
            return null;
        }

        // Of two members of one name PHP takes the last, the server the first.
        return is_string($event) && str_starts_with($event, self::PREFIX) && is_array($data) ? ['event' => $event, 'data' => $data] : null;
    }
}
