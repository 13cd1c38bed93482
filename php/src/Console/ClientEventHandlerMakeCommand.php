<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\GeneratorCommand;
use Symfony\Component\Console\Attribute\AsCommand;
use Symfony\Component\Console\Input\InputOption;

#[AsCommand(name: 'make:client-event-handler')]
class ClientEventHandlerMakeCommand extends GeneratorCommand
{
    private const STUBS = __DIR__.'/../../stubs/';

    /** @var string */
    protected $name = 'make:client-event-handler';

    /** @var string */
    protected $description = 'Create a new handler of events that clients send';

    /** @var string */
    protected $type = 'Client event handler';

    public function handle(): ?bool
    {
        if (parent::handle() === false) {
            return false;
        }

        $class = $this->qualifyClass($this->getNameInput());
        /** @var array{event: string, channel: string} $options */
        $options = $this->options();

        $this->components->bulletList([
            "Register it in routes/reverb.php: Reverb::on('{$options['event']}', '{$options['channel']}', \\{$class}::class);",
        ]);

        return null;
    }

    protected function getStub(): string
    {
        $stub = 'client-event-handler'.($this->option('queued') === true ? '.queued' : '').'.stub';
        $own = $this->laravel->basePath("stubs/{$stub}");

        return $this->files->exists($own) ? $own : self::STUBS.$stub;
    }

    /**
     * @param  string  $rootNamespace
     */
    protected function getDefaultNamespace($rootNamespace): string
    {
        return "{$rootNamespace}\\Reverb\\Handlers";
    }

    /**
     * @return list<array{string, ?string, int, string, 4?: string}>
     */
    protected function getOptions(): array
    {
        return [
            ['force', 'f', InputOption::VALUE_NONE, 'Create the class even if the handler already exists'],
            ['queued', null, InputOption::VALUE_NONE, 'Let a queue worker run the handler'],
            ['event', 'e', InputOption::VALUE_REQUIRED, 'The event that it is for', 'client-typing'],
            ['channel', null, InputOption::VALUE_REQUIRED, 'The channel that it is for', 'private-chat.{room}'],
        ];
    }
}
