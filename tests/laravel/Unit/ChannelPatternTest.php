<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use InvalidArgumentException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\ClientEvents\ChannelPattern;

final class ChannelPatternTest extends TestCase
{
    /**
     * @return list<array{string, string, ?array<string, string>}>
     */
    public static function patterns(): array
    {
        return [
            ['private-chat', 'private-chat', []],
            ['private-chat', 'private-chats', null],
            ['private-chat', 'presence-private-chat', null],
            ['private-chat.{room}', 'private-chat.7', ['room' => '7']],
            ['private-chat.{room}', 'private-chat.lobby-1', ['room' => 'lobby-1']],
            ['private-chat.{room}', 'private-chat.', null],
            ['private-chat.{room}', 'private-chat.7.typing', null],
            ['private-chat.{room}.{topic}', 'private-chat.7.cats', ['room' => '7', 'topic' => 'cats']],
            ['private-{a}.x', 'private-1yx', null],
            ['private-*', 'private-chat.7', []],
            ['private-*', 'private-', []],
            ['*', 'presence-chat', []],
            ['*.{room}', 'presence-chat.7', ['room' => '7']],
            ['{channel}', 'private-chat', ['channel' => 'private-chat']],
            ['p{rest}', 'private-chat', ['rest' => 'rivate-chat']],
            ['private-a+b', 'private-aab', null],
        ];
    }

    /**
     * @param  ?array<string, string>  $parameters
     */
    #[Test]
    #[DataProvider('patterns')]
    public function a_channel_matches_or_not(string $pattern, string $channel, ?array $parameters): void
    {
        $this->assertSame($parameters, (new ChannelPattern($pattern))->match($channel));
    }

    /**
     * @return list<array{string}>
     */
    public static function impossible(): array
    {
        return [['chat.{room}'], ['private'], ['cache-*'], ['public-{room}'], ['']];
    }

    #[Test]
    #[DataProvider('impossible')]
    public function a_pattern_without_the_prefix_is_refused_with_what_to_write(string $pattern): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage(
            "Clients send events on private and presence channels only, so none matches the channel \"{$pattern}\". "
            ."Write the whole name, such as \"private-{$pattern}\" or \"presence-{$pattern}\"."
        );

        new ChannelPattern($pattern);
    }
}
