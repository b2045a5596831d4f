// Where a function's registers live in the generated C++, and how many are live at once.
#include "Registers.h"
#include "Instructions.h"
#include "Types.h"
#include <algorithm>

using std::string;
using std::vector;

namespace {

// Neighbouring instructions of a block share a loop, up to a length that gcc still vectorizes in reasonable time.
void group(const Function& function, const vector<Block>& blocks, Placement& placement) {
    const int longest = 64;
    placement.groupOf.resize(function.code.size());
    for (auto& block : blocks) {
        bool open = false; // the last group takes more
        int length = 0;
        for (int k = block.begin; k < block.end; k++) {
            bool loop = isLaneLoop(function.code[k]);
            bool sharesLoop = loop && !resistsVectorization(function, function.code[k]);
            if (!sharesLoop || !open || length == longest) {
                placement.groupIsLoop.push_back(loop);
                open = sharesLoop;
                length = 0;
            }
            length++;
            placement.groupOf[k] = (int)placement.groupIsLoop.size() - 1;
        }
    }
}

// Which of a function's registers are live, and how many 32-bit registers that is.
class LiveSet {
public:
    explicit LiveSet(const vector<int>& weights) : _weights(&weights), _live(weights.size()) {}

    void set(int number, bool live) {
        if (_live[number] != live) _count += live ? (*_weights)[number] : -(*_weights)[number];
        _live[number] = live;
    }

    void add(const LiveSet& other) {
        for (size_t n = 0; n < _live.size(); n++)
            if (other._live[n]) set((int)n, true);
    }

    int count() const { return _count; }
    bool operator!=(const LiveSet& other) const { return _live != other._live; }

private:
    const vector<int>* _weights; // by register's number
    vector<bool> _live;
    int _count = 0;
};

}

Placement placeRegisters(const Function& function, const vector<Block>& blocks) {
    Placement placement;
    group(function, blocks, placement);

    struct Uses {
        int block, group;
        bool oneBlock = true, oneGroup = true;
        bool definedFirst; // for all lanes, before it is read
    };
    std::map<string, Uses> uses;
    for (int b = 0; b < (int)blocks.size(); b++) {
        for (int k = blocks[b].begin; k < blocks[b].end; k++) {
            auto& instruction = function.code[k];
            visitRegisters(function, instruction, [&](const string& name, bool definition) {
                bool defined = definition && instruction.guard.empty();
                auto [entry, isFirst] = uses.insert({name, {b, placement.groupOf[k], true, true, defined}});
                if (isFirst) return;
                Uses& use = entry->second;
                use.oneBlock &= use.block == b;
                use.oneGroup &= use.group == placement.groupOf[k];
            });
        }
    }
    for (auto& [name, use] : uses) {
        if (!use.definedFirst || !use.oneBlock) placement.homes[name] = Home::Function;
        else placement.homes[name] = use.oneGroup && placement.groupIsLoop[use.group] ? Home::Loop : Home::Block;
    }
    return placement;
}

int countLiveRegisters(const Function& function, const vector<Block>& blocks) {
    std::map<string, int> numbers;
    vector<int> weights;
    for (auto& [name, type] : function.registers) {
        numbers[name] = (int)weights.size();
        weights.push_back(type == "pred" ? 0 : bitWidth(type) == 64 ? 2 : 1);
    }

    // Backwards through a block, from what is live after it to what is live before it.
    vector<LiveSet> liveBefore(blocks.size(), LiveSet(weights));
    int most = 0;
    auto walk = [&](const Block& block) {
        LiveSet live(weights);
        for (int next : block.next)
            if (next != Block::leaves) live.add(liveBefore[next]);
        for (int k = block.end; k-- > block.begin;) {
            auto& instruction = function.code[k];
            most = std::max(most, live.count());
            vector<int> read;
            visitRegisters(function, instruction, [&](const string& name, bool definition) {
                int number = numbers.at(name);
                if (!definition) read.push_back(number);
                else if (instruction.guard.empty()) live.set(number, false);
            });
            for (int number : read) live.set(number, true);
        }
        return live;
    };
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t b = blocks.size(); b-- > 0;) {
            LiveSet live = walk(blocks[b]);
            if (!(live != liveBefore[b])) continue;
            liveBefore[b] = live;
            changed = true;
        }
    }
    return most;
}
