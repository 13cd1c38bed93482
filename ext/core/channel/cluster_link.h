// What a cluster wants to hear of this node's channels. Called by the directory on any thread, in
// the order of the changes, with the channel locked: it must not call the directory.
#pragma once

#include <string_view>

#include "channel/member.h"

namespace reverb {

class ClusterLink {
  public:
    virtual ~ClusterLink() = default;
    // The channel has its first subscriber, or is about to. Whether that one need not wait until
    // Directory::ready() is called for the channel.
    virtual bool opened(std::string_view key) = 0;
    virtual void closed(std::string_view key) = 0;
    // The user has its first connection here on the channel.
    virtual void held(std::string_view key, const MemberPtr& member) = 0;
    // It no longer has one. Whether it stays a member until Directory::settle(): another node may
    // have it already, which is not known here yet.
    virtual bool released(std::string_view key, const MemberPtr& member) = 0;
};

}  // namespace reverb
