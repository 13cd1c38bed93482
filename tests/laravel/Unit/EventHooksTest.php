<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Illuminate\Container\Container;
use Illuminate\Events\Dispatcher;
use Illuminate\Http\Request;
use Laravel\Reverb\Events\ChannelCreated;
use Laravel\Reverb\Events\ConnectionPruned;
use Laravel\Reverb\Events\MessageReceived;
use Laravel\Reverb\Events\MessageSent;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Events\ConnectionClosed;
use Reverb\Laravel\Events\MemberAdded;
use Reverb\Laravel\Hooks\EventHooks;
use Reverb\Laravel\Hooks\Listeners;
use Reverb\Laravel\Server\CurrentSocket;
use Reverb\Laravel\Server\Scope;
use Reverb\Server;

/**
 * What the hooks become is seen with a real server in EventsTest.
 */
final class EventHooksTest extends TestCase
{
    #[Test]
    public function without_listeners_no_hook_is_wanted(): void
    {
        $events = new Dispatcher;
        $events->listen('*', fn () => null);

        $this->assertSame([], self::hooks($events)->wanted());
    }

    #[Test]
    public function a_listener_wants_the_hook_of_its_event_alone(): void
    {
        $events = new Dispatcher;
        $events->listen(fn (MessageReceived|MemberAdded $event) => null);

        $this->assertSame(['message_received', 'member_added'], array_keys(self::hooks($events)->wanted()));
    }

    #[Test]
    public function a_setting_wants_hooks_too(): void
    {
        $this->assertSame(
            ['message_sent', 'connection_pruned'],
            array_keys(self::hooks(new Dispatcher)->wanted([MessageSent::class, ConnectionPruned::class]))
        );
    }

    #[Test]
    public function the_request_is_that_of_the_connection_while_listeners_run(): void
    {
        $app = new Container;
        $app->instance('request', $request = new Request);
        $events = new Dispatcher;
        $seen = [];
        $events->listen(function (ConnectionClosed|ChannelCreated $event) use ($request, &$seen): void {
            $seen[] = $request->header('X-Socket-ID');
        });
        $wanted = self::hooks($events, $app)->wanted();

        $wanted['connection_closed'](['app_id' => 'app', 'socket_id' => '1.2', 'origin' => null]);
        $wanted['channel_created'](['app_id' => 'app', 'channel' => 'room']);

        $this->assertSame(['1.2', null], $seen);
        $this->assertFalse($request->headers->has('X-Socket-ID'));
    }

    #[Test]
    public function the_server_knows_each_hook(): void
    {
        $server = new Server(['apps' => [['app_id' => 'app-id', 'key' => 'app-key', 'secret' => 'app-secret']]]);

        // An unknown name would be a ValueError.
        self::hooks(new Dispatcher)->attach($server, array_keys(EventHooks::HOOKS));

        $this->assertCount(count(EventHooks::HOOKS), array_unique(EventHooks::HOOKS));
    }

    private static function hooks(Dispatcher $events, ?Container $app = null): EventHooks
    {
        $app ??= new Container;

        return new EventHooks($events, new Listeners($events), new CurrentSocket($app), new Scope($app));
    }
}
