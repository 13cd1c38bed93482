<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use ArrayObject;
use Closure;
use Illuminate\Container\Container;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Queue\Factory;
use Illuminate\Contracts\Validation\Factory as ValidationFactory;
use Illuminate\Http\Request;
use Illuminate\Translation\ArrayLoader;
use Illuminate\Translation\Translator;
use Illuminate\Validation\Factory as Validation;
use InvalidArgumentException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\ClientEvents\ClientEvent;
use Reverb\Laravel\ClientEvents\ClientEventHandlers;
use Reverb\Laravel\ClientEvents\HandlerCaller;
use Reverb\Laravel\ClientEvents\HandlerQueue;
use Reverb\Laravel\ClientEvents\QueuedHandler;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Server\Action;
use Reverb\Laravel\Server\CurrentSocket;
use Reverb\Laravel\Tests\Unit\Handlers\Invokable;
use Reverb\Laravel\Tests\Unit\Handlers\Model;
use Reverb\Laravel\Tests\Unit\Handlers\Queued;
use Reverb\Laravel\Tests\Unit\Handlers\Recording;
use Reverb\Laravel\Tests\Unit\Handlers\RecordingQueue;
use RuntimeException;
use Throwable;

/**
 * Which handlers get an event, and what they are called with.
 */
final class ClientEventHandlersTest extends TestCase
{
    private Container $app;

    private ClientEventHandlers $handlers;

    /** @var ArrayObject<int, mixed> what handlers got */
    private ArrayObject $got;

    /** @var ArrayObject<int, Throwable> */
    private ArrayObject $reported;

    protected function setUp(): void
    {
        $this->app = new Container;
        $this->got = new ArrayObject;
        $this->reported = new ArrayObject;
        $this->app->instance(ArrayObject::class, $this->got);
        $this->app->instance(ExceptionHandler::class, $this->exceptionHandler($this->reported));
        $this->app->instance(HandlerCaller::class, $caller = new HandlerCaller($this->app, new CurrentSocket($this->app)));
        $this->handlers = new ClientEventHandlers($this->app, $caller, new HandlerQueue($this->app));
    }

    /**
     * @return list<array{string, string, bool}>
     */
    public static function names(): array
    {
        return [
            ['client-typing', 'client-typing', true],
            ['client-typing', 'client-typing-now', false],
            ['client-*', 'client-typing', true],
            ['*', 'client-typing', true],
            ['*-typing', 'client-typing', true],
            ['client-doc.*.saved', 'client-doc.7.saved', true],
            ['client-doc.*.saved', 'client-doc.7.opened', false],
        ];
    }

    #[Test]
    #[DataProvider('names')]
    public function an_event_is_for_the_handlers_of_its_name(string $pattern, string $event, bool $is): void
    {
        $this->on($pattern, 'private-*', fn (ClientEvent $event) => $this->got->append($event->event));
        $this->happens($event);

        $this->assertSame($is ? [$event] : [], $this->got->getArrayCopy());
    }

    #[Test]
    public function all_handlers_that_match_are_called_in_their_order_and_those_of_other_channels_are_not(): void
    {
        $this->on('client-*', 'private-chat.{room}', fn () => $this->got->append('first'));
        $this->on('client-typing', 'private-news', fn () => $this->got->append('other channel'));
        $this->on('client-typing', 'private-*', fn () => $this->got->append('second'));
        $this->happens('client-typing');

        $this->assertSame(['first', 'second'], $this->got->getArrayCopy());
    }

    #[Test]
    public function a_handler_gets_what_its_signature_asks_for(): void
    {
        $this->on('client-typing', 'private-{kind}.{room}', fn (ArrayObject $service, string $room, ClientEvent $typing) => $service->append([$room, $typing]));
        $this->on('client-typing', 'private-{kind}.{room}', fn ($event, $kind, int $missing = 5) => $this->got->append([$event, $kind, $missing]));
        $this->happens('client-typing', '{"text":"hi"}');

        [[$room, $event], [$same, $kind, $missing]] = $this->got->getArrayCopy();
        $this->assertSame(['7', 'chat', 5], [$room, $kind, $missing]);
        $this->assertEquals($event, $same);
        $this->assertSame(['kind' => 'chat', 'room' => '7'], $event->parameters);
        $this->assertSame(
            ['client-typing', 'private-chat.7', ['text' => 'hi'], '42', '1.2'],
            [$event->event, $event->channel, $event->data, $event->userId, $event->socketId()]
        );
        $this->assertSame(['hi', 'none'], [$event->get('text'), $event->get('a.b', 'none')]);
        $this->assertSame('http://localhost', $event->connection->origin());
    }

    /**
     * @return array<string, array{string|list<string>, string}>
     */
    public static function classes(): array
    {
        return [
            'a class' => [Recording::class, 'handle'],
            'a class and a method' => [[Recording::class, 'typing'], 'typing'],
            'Class@method' => [Recording::class.'@typing', 'typing'],
            'an invokable class' => [Invokable::class, '__invoke'],
        ];
    }

    /**
     * @param  string|list<string>  $handler
     */
    #[Test]
    #[DataProvider('classes')]
    public function a_class_is_made_by_the_container(string|array $handler, string $method): void
    {
        $this->on('client-typing', 'private-chat.{room}', $handler);
        $this->handlers->check();
        $this->happens('client-typing');

        $this->assertSame([$method, '7'], $this->got[0]);
        $this->assertSame([], $this->reported->getArrayCopy());
    }

    #[Test]
    public function a_parameter_becomes_the_model_that_the_signature_names(): void
    {
        $this->on('client-typing', 'private-chat.{room}', fn (Model $room) => $this->got->append($room->id));
        $this->happens('client-typing');
        $this->happens('client-typing', channel: 'private-chat.none');

        $this->assertSame(['7'], $this->got->getArrayCopy());
        $this->assertSame([], $this->reported->getArrayCopy());
    }

    #[Test]
    public function the_request_is_the_senders_while_a_handler_runs(): void
    {
        $request = new Request;
        $request->headers->set('X-Socket-ID', 'before');
        $this->app->instance('request', $request);
        $this->on('client-typing', '*', fn () => $this->got->append($request->header('X-Socket-ID')));
        $this->on('client-typing', '*', fn () => throw new RuntimeException('Oh'));
        $this->happens('client-typing');

        $this->assertSame(['1.2'], $this->got->getArrayCopy());
        $this->assertSame('before', $request->header('X-Socket-ID'));
    }

    #[Test]
    public function what_a_handler_throws_is_reported_and_the_next_one_is_called(): void
    {
        $this->on('client-typing', '*', fn () => throw new RuntimeException('The first threw.'));
        $this->on('client-typing', '*', fn () => $this->got->append('second'));
        $this->happens('client-typing');

        $this->assertSame(['The first threw.'], array_map(fn (Throwable $e): string => $e->getMessage(), $this->reported->getArrayCopy()));
        $this->assertSame(['second'], $this->got->getArrayCopy());
    }

    #[Test]
    public function data_that_does_not_satisfy_the_rules_ends_the_handler_and_is_not_reported(): void
    {
        Container::setInstance($this->app);
        $this->app->instance(ValidationFactory::class, new Validation(new Translator(new ArrayLoader, 'en')));
        $this->on('client-say', '*', function (ClientEvent $event): void {
            $this->got->append($event->validate(['text' => 'required|string']));
        });
        $this->happens('client-say', '{"text":7}');
        $this->happens('client-say', '{"text":"hi","more":1}');

        $this->assertSame([['text' => 'hi']], $this->got->getArrayCopy());
        $this->assertSame([], $this->reported->getArrayCopy());
    }

    /**
     * @return array<string, array{string, ?array<array-key, mixed>}>
     */
    public static function messages(): array
    {
        return [
            'an object' => ['{"event":"client-x","data":{"a":[1]}}', ['a' => [1]]],
            'a list' => ['{"event":"client-x","data":[1,2]}', [1, 2]],
            'a string of JSON, as some clients send it' => ['{"event":"client-x","data":"{\"a\":1}"}', ['a' => 1]],
            'no data' => ['{"event":"client-x"}', []],
            'data that is null' => ['{"event":"client-x","data":null}', []],
            'a second name, which is no client event\'s' => ['{"event":"client-x","event":"pusher:error","data":{}}', null],
            'a second name that is no name' => ['{"event":"client-x","event":7,"data":{}}', null],
            'deeper than PHP reads' => ['{"event":"client-x","data":'.str_repeat('[', 600).str_repeat(']', 600).'}', null],
        ];
    }

    /**
     * @param  ?array<array-key, mixed>  $data
     */
    #[Test]
    #[DataProvider('messages')]
    public function the_data_is_decoded(string $message, ?array $data): void
    {
        $this->on('*', '*', fn (ClientEvent $event) => $this->got->append($event->data));
        $this->handlers->handle(self::call($message));

        $this->assertSame($data === null ? [] : [$data], $this->got->getArrayCopy());
        $this->assertSame([], $this->reported->getArrayCopy());
    }

    /**
     * @return list<array{string, string}>
     */
    public static function impossible(): array
    {
        return [['typing', 'client-typing'], ['cli', 'client-cli'], ['pusher:*', 'client-pusher:*']];
    }

    #[Test]
    #[DataProvider('impossible')]
    public function a_name_that_no_client_event_has_is_refused_with_what_to_write(string $event, string $instead): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage("Names of client events begin with \"client-\", so none matches \"{$event}\". Write \"{$instead}\"");

        $this->on($event, 'private-x', fn () => null);
    }

    /**
     * @return list<array{string|list<string>, string}>
     */
    public static function uncallable(): array
    {
        return [
            ['App\Reverb\Missing', 'The handler of client-typing: there is no class App\Reverb\Missing.'],
            [Recording::class.'@missing', 'The handler of client-typing: '.Recording::class.' has no method missing().'],
            [[Invokable::class, 'handle'], 'The handler of client-typing: '.Invokable::class.' has no method handle().'],
            [ArrayObject::class, 'The handler of client-typing: ArrayObject has no method handle().'],
        ];
    }

    /**
     * @param  string|list<string>  $handler
     */
    #[Test]
    #[DataProvider('uncallable')]
    public function a_handler_that_cannot_be_called_stops_the_start(string|array $handler, string $message): void
    {
        $this->on('client-typing', 'private-x', $handler);

        $this->expectException(CannotStart::class);
        $this->expectExceptionMessage($message);

        $this->handlers->check();
    }

    #[Test]
    public function a_handler_that_is_nothing_to_call_is_refused(): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage('A handler is a closure, the name of a class, or [Class::class, \'method\'].');

        $this->on('client-typing', 'private-x', [Recording::class]);
    }

    #[Test]
    public function a_handler_that_should_be_queued_is_queued_as_it_says(): void
    {
        $queue = new RecordingQueue;
        $this->app->instance(Factory::class, $queue);
        $this->on('client-typing', 'private-chat.{room}', Queued::class);
        $this->handlers->check();
        $this->happens('client-typing', '{"skip":true}');
        $this->happens('client-typing', '{"text":"hi"}');

        $this->assertSame([], $this->reported->getArrayCopy());
        $this->assertCount(1, $queue->jobs);
        [$connection, $name, $delay, $job] = $queue->jobs[0];
        $job = unserialize(serialize($job));
        $this->assertInstanceOf(QueuedHandler::class, $job);
        $this->assertSame(
            ['redis', 'room-7', 30, 3, 2, 10, true, [5, 50], ['by the method', 'by the property'], true, true, Queued::class],
            [$connection, $name, $delay, $job->tries, $job->maxExceptions, $job->timeout, $job->failOnTimeout, $job->backoff,
                $job->middleware, $job->shouldBeEncrypted, $job->afterCommit, $job->displayName()]
        );

        Container::setInstance($this->app);
        $job->handle($this->app);
        $job->failed(new RuntimeException('Oh'));
        $this->assertSame([['handle', '7'], ['failed', 'client-typing', 'hi', '1.2', 'app', 'Oh']], $this->got->getArrayCopy());
    }

    /**
     * @param  Closure|string|list<string>  $handler
     */
    private function on(string $event, string $channel, Closure|string|array $handler): void
    {
        $this->handlers->add($event, $channel, Action::of($handler));
    }

    private function happens(string $event, string $data = '{}', string $channel = 'private-chat.7'): void
    {
        $this->handlers->handle(self::call("{\"event\":\"{$event}\",\"channel\":\"{$channel}\",\"data\":{$data}}", $channel));
    }

    /**
     * @return array{app_id: string, socket_id: string, origin: ?string, channel: string, user_id: ?string, message: string}
     */
    private static function call(string $message, string $channel = 'private-chat.7'): array
    {
        return [
            'app_id' => 'app', 'socket_id' => '1.2', 'origin' => 'http://localhost', 'channel' => $channel, 'user_id' => '42', 'message' => $message,
        ];
    }

    /**
     * @param  ArrayObject<int, Throwable>  $reported
     */
    private function exceptionHandler(ArrayObject $reported): ExceptionHandler
    {
        return new class($reported) implements ExceptionHandler
        {
            /**
             * @param  ArrayObject<int, Throwable>  $reported
             */
            public function __construct(private readonly ArrayObject $reported) {}

            public function report(Throwable $e): void
            {
                $this->reported->append($e);
            }

            public function shouldReport(Throwable $e): bool
            {
                return true;
            }

            public function render($request, Throwable $e): never
            {
                throw $e;
            }

            public function renderForConsole($output, Throwable $e): void {}
        };
    }
}
