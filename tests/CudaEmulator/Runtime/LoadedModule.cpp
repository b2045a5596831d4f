// A module that the program has loaded.
#include "LoadedModule.h"
#include <algorithm>
#include <sstream>

using std::string;

static string trimmed(string text) {
    std::replace(text.begin(), text.end(), '\t', ' ');
    size_t begin = text.find_first_not_of(" \r"), end = text.find_last_not_of(" \r");
    return begin == string::npos ? "" : text.substr(begin, end - begin + 1);
}

string LoadedModule::quote(u32 line) const {
    std::istringstream lines(text);
    string content;
    for (u32 k = 0; k < line; k++) std::getline(lines, content);
    return path + ".ptx line " + std::to_string(line) + ": " + trimmed(content);
}

u64 LoadedModule::sharedExtent(u32 dynamicBytes) const {
    u64 extent = 0;
    for (auto& array : module.sharedLayout)
        extent = std::max<u64>(extent, array.offset + (array.dynamic ? dynamicBytes : array.bytes));
    return extent;
}
